// The REST calls of the workspace over the client library's, with times as numbers and harmless values for what is missing.
import { agentApi, authApi, ProblemError, Rest, type ConnectSet, type List } from '@hotdesk/client';
import type { Agent, Author, Conversation, Entry, Last, Me, Person, PresenceState, Role, VisitorProfile } from './model.js';

export { ProblemError };

const onUnauthorized = new Set<() => void>();
const rest = new Rest({ onUnauthorized: () => onUnauthorized.forEach((callback) => callback()) });
const login = authApi(rest);
const api = agentApi(rest);

/** Calls back when the server no longer knows who we are. */
export function whenUnauthorized(callback: () => void): void {
  onUnauthorized.add(callback);
}

type Json = Record<string, unknown>;

export interface Page<T> {
  data: T[];
  next: string | null;
}

export const auth = {
  login: async (username: string, password: string): Promise<Me> => toMe(await login.login(username, password)),
  me: async (): Promise<Me> => toMe(await login.me()),
  logout: (): Promise<void> => login.logout(),
};

export const agent = {
  /** The signed set for one connect. */
  ticket: (): Promise<ConnectSet> => api.ticket(),
};

export interface ListFilter {
  status: 'open' | 'waiting' | 'closed' | 'all';
  assignee?: 'me' | 'none';
  cursor?: string;
  limit?: number;
}

export const conversations = {
  list: async (filter: ListFilter): Promise<Page<Conversation>> => page(await api.conversations(filter), toConversation),
  get: async (id: string): Promise<Conversation> => toConversation(await api.conversation(id)),
  /** Ascending; where `next` isn't null there are older ones before the first. */
  async messages(id: string, before: number | null, limit = 50): Promise<Page<Entry>> {
    return page(await api.messages(id, before === null ? { limit } : { before, limit }), (item) => toEntry({ conv: id, ...object(item) }));
  },
  assign: async (id: string, assignee: string): Promise<Conversation> => toConversation(await api.assign(id, { assignee })),
  transfer: async (id: string, target: Target, note: string): Promise<Conversation> => toConversation(await api.transfer(id, target, note === '' ? undefined : note)),
  close: async (id: string): Promise<Conversation> => toConversation(await api.close(id)),
  reopen: async (id: string): Promise<Conversation> => toConversation(await api.reopen(id)),
};

export type Target = { assignee: string } | { department: string };

export const directory = {
  agents: async (): Promise<Agent[]> => (await api.agents()).map(toAgent),
  departments: async (): Promise<Person[]> => (await api.departments()).map((d) => ({ id: text(d.id), name: text(d.name) })),
  visitor: async (id: string): Promise<VisitorProfile> => toVisitor(object(await api.visitor(id))),
  /** Version and health of the server, without signing in. */
  async health(): Promise<{ ok: boolean; version: string }> {
    const response = await fetch('/api/healthz', { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(10_000) });
    return { ok: response.ok, version: text(object(await response.json())['version']) };
  },
};

function page<T>(list: List<unknown>, read: (item: unknown) => T): Page<T> {
  const meta = object(list.meta);
  const next = meta['next_cursor'];
  return {
    data: (Array.isArray(list.data) ? list.data : []).map(read),
    next: meta['has_more'] === false ? null : typeof next === 'string' ? next : typeof next === 'number' ? String(next) : null,
  };
}

// ---- from the wire's shapes to the model's

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
export const time = (value: unknown): number => (typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) || 0 : 0);
const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const array = (value: unknown): Json[] => (Array.isArray(value) ? value.map(object) : []);

export function presenceOf(value: unknown): PresenceState {
  return value === 'online' || value === 'away' || value === 'busy' ? value : 'offline';
}

export function toPerson(value: unknown): Person | null {
  const p = object(value);
  if (typeof value === 'string') return { id: value, name: '' };
  return typeof p['id'] === 'string' ? { id: p['id'], name: text(p['name']) } : null;
}

export function toAuthor(value: unknown): Author {
  const p = object(value);
  return { role: (text(p['role']) || 'system') as Role, id: text(p['id']), name: text(p['name']) };
}

export function toEntry(item: Json): Entry {
  return {
    conv: text(item['conv']),
    seq: number(item['seq']),
    kind: text(item['kind']),
    from: toAuthor(item['from']),
    mid: typeof item['mid'] === 'string' ? item['mid'] : undefined,
    recalled: item['recalled'] === true,
    body: object(item['body']),
    ts: time(item['ts']),
  };
}

function toLast(value: unknown): Last | null {
  if (typeof value !== 'object' || value === null) return null;
  const last = value as Json;
  return {
    seq: number(last['seq']),
    from: toAuthor(last['from']),
    kind: text(last['kind']),
    text: typeof last['text'] === 'string' ? last['text'] : undefined,
    ts: time(last['ts']),
  };
}

export function toConversation(value: unknown): Conversation {
  const c = object(value);
  const visitor = object(c['visitor']);
  const priority = c['priority'];
  return {
    id: text(c['id']),
    status: (text(c['status']) || 'open') as Conversation['status'],
    visitor: { id: text(visitor['id']), name: text(visitor['name']), online: visitor['online'] === true },
    assignee: toPerson(c['assignee']),
    department: toPerson(c['department']),
    labels: Array.isArray(c['labels']) ? c['labels'].filter((l): l is string => typeof l === 'string') : [],
    priority: typeof priority === 'string' || typeof priority === 'number' ? priority : null,
    seq: number(c['seq']),
    read: number(c['read']),
    last: toLast(c['last']),
    openedAt: time(c['opened_at']),
    updatedAt: time(c['updated_at']),
  };
}

function toMe(body: unknown): Me {
  const user = object(object(body)['user']);
  return {
    id: text(user['id']),
    username: text(user['username']),
    name: text(user['name']),
    role: text(user['role']) as Role,
    tenant: toPerson(user['tenant']) ?? { id: '', name: '' },
  };
}

function toAgent(value: unknown): Agent {
  const a = object(value);
  return { id: text(a['id']), name: text(a['name']), role: text(a['role']) as Role, state: presenceOf(a['state']), open: number(a['open']), capacity: number(a['capacity']) };
}

function toVisitor(v: Json): VisitorProfile {
  const device = object(v['device']);
  const source = object(v['source']);
  return {
    id: text(v['id']),
    name: text(v['name']),
    email: text(v['email']),
    attributes: object(v['attributes']),
    firstSeen: time(v['first_seen']),
    lastSeen: time(v['last_seen']),
    online: v['online'] === true,
    device: { kind: text(device['kind']), os: text(device['os']), browser: text(device['browser']) },
    language: text(v['language']),
    source: { referrer: text(source['referrer']), utmSource: text(source['utm_source']) },
    pages: array(v['pages']).map((p) => ({ url: text(p['url']), title: text(p['title']), at: time(p['at']) })),
    conversations: array(v['conversations']).map((c) => ({
      id: text(c['id']),
      status: (text(c['status']) || 'closed') as Conversation['status'],
      openedAt: time(c['opened_at']),
      closedAt: time(c['closed_at']),
      rating: typeof c['rating'] === 'number' ? c['rating'] : null,
    })),
  };
}
