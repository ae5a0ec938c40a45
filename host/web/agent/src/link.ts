// The one file that knows the client library: everything else speaks in these words.
import { createClient, OWN_FEED, type Client, type ClientOptions, type Conversation as Known, type Entry as WireEntry, type Link as WireLink } from '@hotdesk/client';
import { measured } from './link_measure.js';
import type { Entry, Marks, Pending, PresenceState, Typist } from './model.js';
import { agent, toAuthor } from './rest.js';

export type LinkState =
  | { kind: 'connecting' }
  | { kind: 'catching'; missing: number }
  /** `ms`: the last round trip; null before the first, and where another tab holds the socket. */
  | { kind: 'live'; ms: number | null }
  | { kind: 'offline'; since: number; retryAt: number | null }
  | { kind: 'stopped'; since: number; why: 'superseded' | 'banned' | 'version' | 'signed_out' | 'other' };

/** An entry of a department's feed: a conversation waits, or has been taken. */
export interface QueueNotice {
  conv: string;
  kind: string;
}

export interface LinkHandlers {
  state(state: LinkState): void;
  /** `reset`: what was missed isn't coming as entries, load pages. */
  welcome(reset: boolean): void;
  /** A message or event with its number; may come twice. */
  entry(entry: Entry): void;
  queue(notice: QueueNotice): void;
  marks(conv: string, marks: Marks): void;
  /** The whole outbox, oldest first. */
  pending(list: Pending[]): void;
  typing(conv: string, typists: readonly Typist[]): void;
  presence(user: string, state: string): void;
}

export interface Link {
  start(): void;
  /** Ends the socket; what is unsent stays on this device. */
  stop(): void;
  retryNow(): void;
  /** Resolves once the message is safe on this device. */
  send(conv: string, text: string): Promise<void>;
  resend(mid: string): void;
  drop(mid: string): void;
  read(conv: string, seq: number): void;
  typing(conv: string, on: boolean): void;
  presence(state: PresenceState): void;
  /** Asks for the marks remembered of a conversation. */
  look(conv: string): void;
}

/** A gap that closes faster than this isn't worth a word. */
const CATCHING_AFTER_MS = 250;

/** What a test puts in the place of the network and of the browser's stores. */
export type LinkParts = Partial<Pick<ClientOptions, 'open' | 'mint' | 'store' | 'storage' | 'tabs' | 'random' | 'backoff'>>;

export function makeLink(me: { id: string; name: string }, handlers: LinkHandlers, parts: LinkParts = {}): Link {
  let link: WireLink = { kind: 'idle' };
  let behind = 0;
  let catching = false;
  let catchingTimer: ReturnType<typeof setTimeout> | undefined;
  let ms: number | null = null;
  let firstFailure = 0;
  let wanted: PresenceState | null = null;
  const unsent = new Map<string, Pending[]>();

  const measure = measured((value) => {
    ms = value;
    publish();
  }, parts.open);
  const client: Client = createClient({ scope: `agent:${me.id}`, role: 'agent', mint: () => agent.ticket(), ...parts, open: measure.open });

  const publish = (): void => handlers.state(stateOf());

  function stateOf(): LinkState {
    switch (link.kind) {
      case 'idle':
        return { kind: 'connecting' };
      case 'connecting':
        return link.offSince === undefined && firstFailure === 0 ? { kind: 'connecting' } : { kind: 'offline', since: link.offSince ?? firstFailure, retryAt: null };
      case 'waiting':
        firstFailure ||= Date.now();
        return { kind: 'offline', since: link.offSince ?? firstFailure, retryAt: link.until };
      case 'stale':
        return { kind: 'offline', since: link.since, retryAt: null };
      case 'live':
        firstFailure = 0;
        return catching ? { kind: 'catching', missing: behind } : { kind: 'live', ms };
      case 'superseded':
        return { kind: 'stopped', since: Date.now(), why: 'superseded' };
      case 'stopped':
        return { kind: 'stopped', since: Date.now(), why: whyOf(link) };
    }
  }

  function onBehind(n: number): void {
    behind = n;
    clearTimeout(catchingTimer);
    if (n === 0) catching = false;
    else if (!catching) catchingTimer = setTimeout(() => ((catching = true), publish()), CATCHING_AFTER_MS);
    publish();
  }

  function onEntry(entry: WireEntry): void {
    if (entry.feed !== undefined && entry.feed !== OWN_FEED) return handlers.queue({ conv: entry.conv, kind: entry.kind });
    if (entry.seq !== undefined) handlers.entry(toEntry(entry));
  }

  // The library keeps each conversation's outbox and marks; what moved from unsent to sent becomes an entry here, whether
  // or not its place in the feed is known yet.
  function onConversation(known: Known): void {
    const before = unsent.get(known.id) ?? [];
    const now: Pending[] = [];
    for (const item of known.items) {
      if (item.mid === undefined) continue;
      if (item.seq === undefined) {
        now.push(toPending(known.id, item));
        continue;
      }
      const sent = before.find((p) => p.mid === item.mid);
      if (sent === undefined) continue;
      const { seq, kind, mid, body, ts, from } = item;
      const entry = toEntry({ conv: known.id, seq, kind, mid, body, ts, ...(from ? { from } : {}) });
      handlers.entry({ ...entry, rewritten: item.kind === 'text' && body['text'] !== sent.text });
    }
    if (now.length > 0) unsent.set(known.id, now);
    else unsent.delete(known.id);
    if (now.length > 0 || before.length > 0) handlers.pending([...unsent.values()].flat().sort((a, b) => a.at - b.at));
    handlers.marks(known.id, known.marks);
    handlers.typing(known.id, known.typists);
  }

  function toEntry(entry: WireEntry): Entry {
    const from = toAuthor(entry.from);
    // an own message comes back as an ack, which doesn't repeat who one is
    const own = from.id === me.id && from.name === '' ? { ...from, role: 'agent' as const, name: me.name } : from;
    return { conv: entry.conv, seq: entry.seq ?? 0, kind: entry.kind, from: own, mid: entry.mid, recalled: entry.recalled === true, body: entry.body, ts: entry.ts };
  }

  client.on('link', (next) => {
    link = next;
    publish();
  });
  client.on('behind', onBehind);
  client.on('welcome', ({ reset }) => {
    if (wanted !== null) client.setPresence(wanted);
    wanted = null;
    measure.ping();
    handlers.welcome(reset);
  });
  client.on('entry', onEntry);
  client.on('conversation', onConversation);
  client.on('typing', ({ conv, typists }) => handlers.typing(conv, typists));
  client.on('presence', (frame) => {
    if (frame.user !== undefined && frame.conv === undefined) handlers.presence(frame.user, frame.state);
  });

  return {
    start: () => void client.start(),
    stop: () => {
      measure.stop();
      clearTimeout(catchingTimer);
      client.stop();
    },
    retryNow: () => client.kick(),
    send: async (conv, text) => void (await client.sendText(conv, text)),
    resend: (mid) => client.retry(mid),
    drop: (mid) => client.remove(mid),
    read: (conv, seq) => client.read(conv, seq),
    typing: (conv, on) => client.typing(conv, on),
    look: (conv) => handlers.marks(conv, client.conversation(conv).marks),
    presence: (state) => {
      if (link.kind === 'live') client.setPresence(state);
      else wanted = state;
    },
  };
}

function toPending(conv: string, item: Known['items'][number]): Pending {
  const text = item.body['text'];
  return { mid: item.mid ?? '', conv, text: typeof text === 'string' ? text : '', at: item.ts, state: item.tick === 'failed' ? 'failed' : 'waiting', code: item.error?.code };
}

function whyOf(link: WireLink & { kind: 'stopped' }): (LinkState & { kind: 'stopped' })['why'] {
  if (link.problem?.status === 401) return 'signed_out';
  if (link.code === 4200 || link.problem?.status === 403) return 'banned';
  return link.code === 4202 ? 'version' : 'other';
}
