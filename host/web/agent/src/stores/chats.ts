// The conversations as this device knows them. REST gives the lists and pages, entries keep them true, and whenever the
// feed couldn't be resumed everything is asked for again.
import { defineStore } from 'pinia';
import { computed, reactive, ref, shallowRef } from 'vue';
import { applyRecall, hole, insert } from '../features/conversation/timeline.js';
import { withTypists, type TypingBoard } from '../features/conversation/typing.js';
import { counts, isMine } from '../features/list/order.js';
import { unreadOf } from '../features/list/unread.js';
import type { QueueNotice } from '../link.js';
import { isMessage, type Agent, type Conversation, type Entry, type Marks, type Pending, type Typist } from '../model.js';
import { conversations as api, directory, presenceOf, ProblemError, toPerson, type Target } from '../rest.js';
import { useSession } from './session.js';

export interface Timeline {
  entries: Entry[];
  /** The number to ask before for older ones; null when the beginning is loaded. */
  older: string | null;
  loading: boolean;
  loaded: boolean;
  failed: boolean;
}

export const useChats = defineStore('chats', () => {
  const session = useSession();
  const me = computed(() => session.me?.id ?? '');

  const byId = reactive(new Map<string, Conversation>());
  const timelines = reactive(new Map<string, Timeline>());
  const marks = reactive(new Map<string, Marks>());
  const pending = ref<Pending[]>([]);
  const typing = shallowRef<TypingBoard>({});
  const agents = ref<Agent[]>([]);
  const listState = ref<'loading' | 'ready' | 'failed'>('loading');
  /** Cursor of the next page of All; null when everything is here. */
  const more = ref<string | null>(null);

  const all = computed(() => [...byId.values()]);
  const tabCounts = computed(() => counts(all.value, me.value));
  const unread = computed(() => {
    const result: Record<string, number> = {};
    for (const c of all.value) if (isMine(c, me.value)) result[c.id] = unreadOf(c, timelines.get(c.id)?.entries);
    return result;
  });
  const unreadTotal = computed(() => Object.values(unread.value).reduce((sum, n) => sum + n, 0));
  const own = computed(() => agents.value.find((a) => a.id === me.value));

  // ---- lists

  async function reload(): Promise<void> {
    try {
      const [mine, waiting, rest, people] = await Promise.all([
        api.list({ status: 'open', assignee: 'me', limit: 100 }),
        api.list({ status: 'waiting', limit: 100 }),
        api.list({ status: 'all', limit: 50 }),
        directory.agents(),
      ]);
      const seen = new Set<string>();
      for (const c of [...rest.data, ...waiting.data, ...mine.data]) {
        seen.add(c.id);
        put(c);
      }
      // what we held and the server didn't list may have moved on meanwhile
      for (const c of all.value) if (!seen.has(c.id) && c.status !== 'closed') void refresh(c.id);
      more.value = rest.next;
      agents.value = people;
      listState.value = 'ready';
      for (const c of mine.data) loadIfNew(c.id);
    } catch (error) {
      if (byId.size === 0) listState.value = 'failed';
      fail(error);
    }
  }

  async function loadMore(): Promise<void> {
    if (more.value === null) return;
    const page = await api.list({ status: 'all', cursor: more.value, limit: 50 });
    page.data.forEach(put);
    more.value = page.next;
  }

  async function reloadAgents(): Promise<void> {
    agents.value = await directory.agents();
  }

  function put(c: Conversation): void {
    const known = byId.get(c.id);
    // an answer of REST may be older than an entry that came meanwhile
    if (known !== undefined && known.seq > c.seq) {
      byId.set(c.id, { ...c, seq: known.seq, last: known.last, read: Math.max(known.read, c.read) });
    } else {
      byId.set(c.id, known === undefined ? c : { ...c, read: Math.max(known.read, c.read) });
    }
  }

  // unread counts are exact only with the messages at hand
  function loadIfNew(id: string): void {
    const c = byId.get(id);
    if (c !== undefined && isMine(c, me.value) && c.seq > c.read && !timelines.has(id)) void load(id);
  }

  const refreshing = new Set<string>();
  async function refresh(id: string): Promise<void> {
    if (refreshing.has(id)) return;
    refreshing.add(id);
    try {
      put(await api.get(id));
      loadIfNew(id);
    } catch (error) {
      if (error instanceof ProblemError && (error.status === 404 || error.status === 403)) byId.delete(id);
      else fail(error);
    } finally {
      refreshing.delete(id);
    }
  }

  // ---- one conversation's messages

  function timeline(id: string): Timeline {
    let found = timelines.get(id);
    if (found === undefined) {
      timelines.set(id, { entries: [], older: null, loading: false, loaded: false, failed: false });
      found = timelines.get(id) as Timeline;
    }
    return found;
  }

  /** Loads the newest page; again after a gap. */
  async function load(id: string): Promise<void> {
    const t = timeline(id);
    if (t.loading) return;
    t.loading = true;
    t.failed = false;
    try {
      const page = await api.messages(id, null);
      for (const entry of page.data) insert(t.entries, entry);
      for (const entry of page.data) if (entry.kind === 'recall') applyRecall(t.entries, entry);
      const first = page.data[0]?.seq;
      const apart = first !== undefined && hole(t.entries) !== null;
      // what the page doesn't touch would leave a hole: start over from it
      if (apart) t.entries = t.entries.filter((entry) => entry.seq >= first);
      if (apart || !t.loaded) t.older = page.next;
      t.loaded = true;
    } catch (error) {
      t.failed = !t.loaded;
      fail(error);
    } finally {
      t.loading = false;
    }
  }

  async function loadOlder(id: string): Promise<void> {
    const t = timeline(id);
    const oldest = t.entries[0]?.seq;
    if (t.loading || t.older === null || oldest === undefined) return;
    t.loading = true;
    try {
      const page = await api.messages(id, oldest);
      for (const entry of page.data) insert(t.entries, entry);
      t.older = page.next;
    } catch (error) {
      fail(error);
    } finally {
      t.loading = false;
    }
  }

  // ---- what the socket says

  /** Returns false for what was known already. */
  function apply(entry: Entry): boolean {
    const c = byId.get(entry.conv);
    const t = timelines.get(entry.conv);
    if (t?.loaded === true) {
      insert(t.entries, entry);
      if (entry.kind === 'recall') applyRecall(t.entries, entry);
      if (hole(t.entries) !== null) void load(entry.conv);
    }
    if (c === undefined) {
      void refresh(entry.conv);
      return true;
    }
    if (entry.seq <= c.seq) return false;
    c.seq = entry.seq;
    c.updatedAt = entry.ts;
    if (isMessage(entry.kind) && entry.kind !== 'recall') {
      const words = entry.body['text'];
      c.last = { seq: entry.seq, from: entry.from, kind: entry.kind, text: typeof words === 'string' ? words : undefined, ts: entry.ts };
    }
    if (entry.from.id === me.value) c.read = Math.max(c.read, entry.seq);
    applyEvent(c, entry);
    return true;
  }

  function applyEvent(c: Conversation, entry: Entry): void {
    switch (entry.kind) {
      case 'assigned': {
        const assignee = toPerson(entry.body['assignee']);
        c.assignee = assignee;
        c.status = assignee === null ? 'waiting' : 'open';
        c.department = toPerson(entry.body['department']) ?? c.department;
        break;
      }
      case 'closed':
        c.status = 'closed';
        typing.value = withTypists(typing.value, c.id, [], me.value);
        break;
      case 'transferred': {
        const to = (entry.body['to'] ?? {}) as Record<string, unknown>;
        c.assignee = toPerson(to['assignee']);
        c.department = toPerson(to['department']) ?? c.department;
        break;
      }
      case 'opened':
      case 'reopened':
        break;
      default:
        return;
    }
    // the body names what happened, the row says what is
    void refresh(c.id);
    void reloadAgents().catch(() => undefined);
  }

  function applyMarks(conv: string, next: Marks): void {
    const before = marks.get(conv);
    if (before?.delivered !== next.delivered || before.read !== next.read) marks.set(conv, { delivered: next.delivered, read: next.read, own: next.own });
    const c = byId.get(conv);
    if (c !== undefined && next.own > c.read) c.read = next.own;
  }

  function applyQueue(notice: QueueNotice): void {
    const c = byId.get(notice.conv);
    if (c !== undefined && notice.kind === 'closed') c.status = 'closed';
    void refresh(notice.conv);
  }

  function applyTyping(conv: string, typists: readonly Typist[]): void {
    typing.value = withTypists(typing.value, conv, typists, me.value);
  }

  function applyPresence(user: string, state: string): void {
    const agent = agents.value.find((a) => a.id === user);
    if (agent !== undefined) agent.state = presenceOf(state);
    for (const c of byId.values()) if (c.visitor.id === user) c.visitor.online = state === 'online';
  }

  function markRead(conv: string, seq: number): boolean {
    const c = byId.get(conv);
    if (c === undefined || seq <= c.read) return false;
    c.read = seq;
    return true;
  }

  // ---- what the agent does

  async function take(id: string): Promise<void> {
    put(await api.assign(id, me.value));
    await afterAct(id);
  }
  async function transfer(id: string, target: Target, words: string): Promise<void> {
    put(await api.transfer(id, target, words));
    await afterAct(id);
  }
  async function resolve(id: string): Promise<void> {
    put(await api.close(id));
    await afterAct(id);
  }
  async function reopen(id: string): Promise<void> {
    put(await api.reopen(id));
    await afterAct(id);
  }
  async function afterAct(id: string): Promise<void> {
    if (timelines.has(id)) await load(id);
    await reloadAgents().catch(() => undefined);
  }

  function setPending(list: Pending[]): void {
    pending.value = list;
  }
  function pendingOf(id: string): Pending[] {
    return pending.value.filter((p) => p.conv === id);
  }

  function fail(error: unknown): void {
    // the connection chip and the sign-in page say what is wrong; anything else is a fault of ours
    if (!(error instanceof ProblemError)) throw error;
  }

  function reset(): void {
    byId.clear();
    timelines.clear();
    pending.value = [];
    agents.value = [];
    typing.value = {};
    listState.value = 'loading';
    marks.clear();
    more.value = null;
  }

  return {
    byId, timelines, marks, pending, typing, agents, listState, more, all, tabCounts, unread, unreadTotal, own,
    reload, loadMore, reloadAgents, refresh, timeline, load, loadOlder,
    apply, applyMarks, applyQueue, applyTyping, applyPresence, markRead,
    take, transfer, resolve, reopen, setPending, pendingOf, reset,
  };
});
