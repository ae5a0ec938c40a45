// A server of hotdesk.v1 in memory, for tests and for looking at pages without a host. It keeps the promises that clients
// rely on (durable feeds, ack after commit, dup by mid, resume, sync) and can be told to misbehave.
import { RESUME_PREFIX, OWN_FEED, type Author, type Body, type ClientFrame, type ConnectSet, type Entry, type EntryKind, type Err, type Hello, type Limits, type Pub, type ServerFrame, type SyncConversation, type SyncFeed } from './frames.js';
import { uuidv7 } from './ids.js';
import type { OpenTransport, TransportEvents } from './transport_websocket.js';

export interface FakeUser {
  id: string;
  role: 'visitor' | 'agent';
  name: string;
  feed: Entry[];
}

interface FakeConversation {
  id: string;
  members: Set<string>;
  visitor: string | undefined;
  entries: Entry[];
  mids: Map<string, Entry>;
  status: 'waiting' | 'open' | 'closed';
}

/** The socket that sent a message, and what its ack bears besides. */
interface Sender {
  socket: FakeSocket;
  echo: { re?: string; body?: Body };
}

class FakeSocket {
  user: FakeUser | undefined;
  dev = '';
  ended = false;
  readonly #events: TransportEvents;

  constructor(events: TransportEvents, user: FakeUser | undefined) {
    this.#events = events;
    this.user = user;
  }
  push(frame: ServerFrame): void {
    const text = JSON.stringify(frame);
    queueMicrotask(() => {
      if (!this.ended) this.#events.message(text);
    });
  }
  opened(): void {
    this.#events.open();
  }
  /** As the peer or the network would: what was pushed before still arrives. */
  end(code: number, opened: boolean): void {
    queueMicrotask(() => {
      if (this.ended) return;
      this.ended = true;
      this.#events.close(code, '', opened);
    });
  }
}

export interface FakeServerOptions {
  lim?: Partial<Limits>;
  hb?: { ms: number; timeout: number };
  /** Assign new conversations to this agent at once. */
  autoAssign?: string;
}

export class FakeServer {
  epoch = 'e1';
  /** Upgrades fail, as with a server that is away. */
  refusing = false;
  /** Frames are read and nothing is answered: a half-open connection. */
  mute = false;
  /** Answers for the next `pub`s, taken in order; undefined lets one pass. */
  readonly answers: (Omit<Err, 't' | 'mid' | 're'> | undefined)[] = [];
  /** A filter: gives the text to store. */
  rewrite: (text: string) => string = (text) => text;
  /** Every frame that clients sent, in order. */
  readonly received: ClientFrame[] = [];
  readonly requests: { url: string; protocols: string[] }[] = [];
  readonly users = new Map<string, FakeUser>();
  readonly conversations = new Map<string, FakeConversation>();
  readonly lim: Limits;
  readonly #hb: { ms: number; timeout: number };
  readonly #sockets = new Set<FakeSocket>();
  readonly #finished = new Map<string, number>();
  #autoAssign: string | undefined;
  #sids = 0;

  constructor(options: FakeServerOptions = {}) {
    this.lim = { bytes: 65_536, text: 10_000, rate: 20, window: 16, page: 100, ...options.lim };
    this.#hb = options.hb ?? { ms: 25_000, timeout: 60_000 };
    this.#autoAssign = options.autoAssign;
  }

  get connections(): number {
    return [...this.#sockets].filter((socket) => !socket.ended).length;
  }

  addUser(id: string, role: 'visitor' | 'agent', name: string): FakeUser {
    const user: FakeUser = { id, role, name, feed: [] };
    this.users.set(id, user);
    return user;
  }

  connectSet(user: string): ConnectSet {
    const role = this.users.get(user)?.role ?? 'visitor';
    return { site: 'demo', role, user, ts: Math.floor(Date.now() / 1000), nonce: uuidv7(), kid: 'k1', sig: 'sig' };
  }

  conversationOf(visitor: string): string {
    return `c-${visitor}-${this.#finished.get(visitor) ?? 0}`;
  }

  readonly open: OpenTransport = (request, events) => {
    this.requests.push(request);
    const token = request.protocols.find((value) => value.startsWith(RESUME_PREFIX))?.slice(RESUME_PREFIX.length);
    const id = token === undefined ? new URL(request.url).searchParams.get('user') : token.split('~')[1];
    const user = this.users.get(id ?? '');
    const socket = new FakeSocket(events, user);
    if (this.refusing || !user) {
      socket.end(1006, false);
      return { send: () => undefined, close: () => undefined };
    }
    this.#sockets.add(socket);
    queueMicrotask(() => socket.opened());
    return {
      send: (text) => {
        if (!socket.ended) this.#read(socket, JSON.parse(text) as ClientFrame);
      },
      close: () => {
        socket.ended = true;
        this.#sockets.delete(socket);
      },
    };
  };

  // ---- what the world does -------------------------------------------------------------------------------------

  /** Closes sockets from the server's side: all, or one user's. */
  drop(code = 1006, user?: string): void {
    for (const socket of [...this.#sockets]) {
      if (user !== undefined && socket.user?.id !== user) continue;
      this.#sockets.delete(socket);
      socket.end(code, true);
    }
  }

  broadcast(frame: ServerFrame, user?: string): void {
    for (const socket of this.#sockets) if (user === undefined || socket.user?.id === user) socket.push(frame);
  }

  /** A user writes, from somewhere else. */
  say(user: string, conv: string, text: string): Entry {
    return this.#commit(this.#conversation(conv), 'text', this.#author(user), { text }, uuidv7());
  }

  assign(conv: string, agent: string): void {
    const conversation = this.#conversation(conv);
    conversation.members.add(agent);
    conversation.status = 'open';
    const { id, name } = this.users.get(agent)!;
    this.#commit(conversation, 'assigned', system, { assignee: { id, name }, department: { id: 'd1', name: 'Support' } });
  }

  /** Closed for good: the visitor's next conversation is another one. */
  close(conv: string, by: string, reopenable = false): void {
    const conversation = this.#conversation(conv);
    conversation.status = 'closed';
    const { id, name } = this.users.get(by)!;
    this.#commit(conversation, 'closed', this.#author(by), { by: { id, name } });
    if (!reopenable && conversation.visitor !== undefined) {
      this.#finished.set(conversation.visitor, (this.#finished.get(conversation.visitor) ?? 0) + 1);
    }
  }

  readMark(user: string, conv: string, seq: number, kind: 'read' | 'delivered' = 'read'): void {
    const conversation = this.#conversation(conv);
    const from = this.#author(user);
    for (const member of conversation.members) {
      if (kind === 'read' || member !== user) this.#append(member, { conv, kind, from, body: { seq }, ts: Date.now() });
    }
  }

  // ---- the protocol --------------------------------------------------------------------------------------------

  #read(socket: FakeSocket, frame: ClientFrame): void {
    this.received.push(frame);
    if (this.mute) return;
    switch (frame.t) {
      case 'hello':
        return this.#welcome(socket, frame);
      case 'pub':
        return this.#publish(socket, frame);
      case 'sync':
        return this.#sync(socket, frame);
      case 'read':
        return this.readMark(socket.user!.id, frame.conv, frame.seq);
      case 'typing': {
        const from = this.#author(socket.user!.id);
        for (const member of this.#conversation(frame.conv).members) {
          if (member !== from.id) this.broadcast({ t: 'typing', conv: frame.conv, on: frame.on, from }, member);
        }
        return;
      }
      case 'ping':
        return socket.push({ t: 'pong', n: frame.n, heads: { [OWN_FEED]: socket.user!.feed.length }, now: Date.now() });
      default:
    }
  }

  #welcome(socket: FakeSocket, hello: Hello): void {
    const user = socket.user!;
    socket.dev = hello.dev;
    const cursor = hello.resume?.feeds[OWN_FEED];
    const head = user.feed.length;
    const resumed = hello.resume?.epoch === this.epoch && cursor !== undefined && cursor <= head;
    socket.push({
      t: 'welcome',
      sid: `sid${++this.#sids}`,
      user: user.id,
      rt: `t~${user.id}~${this.#sids}`,
      epoch: this.epoch,
      feeds: { [OWN_FEED]: { cur: resumed ? cursor : head, head, resumed } },
      ...(user.role === 'visitor' ? { conv: this.conversationOf(user.id) } : {}),
      now: Date.now(),
      hb: this.#hb,
      lim: this.lim,
    });
    for (const other of this.#sockets) {
      if (other !== socket && other.user === user && other.dev === hello.dev) {
        this.#sockets.delete(other);
        other.end(4010, true);
      }
    }
    if (!resumed) return;
    const missed = user.feed.slice(cursor);
    for (const entry of missed.slice(0, this.lim.page)) socket.push({ t: 'evt', ...entry });
    if (missed.length > this.lim.page) socket.push({ t: 'lag', head });
  }

  #publish(socket: FakeSocket, pub: Pub): void {
    const user = socket.user!;
    const re = pub.id === undefined ? {} : { re: pub.id };
    const conversation = this.#conversation(pub.conv);
    const known = conversation.mids.get(pub.mid);
    if (known) {
      socket.push({ t: 'ack', ...re, mid: pub.mid, conv: pub.conv, seq: known.seq!, ts: known.ts, dup: true });
      return;
    }
    const answer = this.answers.shift();
    if (answer) return socket.push({ t: 'err', ...re, mid: pub.mid, ...answer });
    if (pub.after !== undefined && !conversation.mids.has(pub.after)) {
      return socket.push({ t: 'err', ...re, mid: pub.mid, code: 'E_ORDER', msg: 'after is not there yet' });
    }
    if (user.role === 'visitor' && pub.conv !== this.conversationOf(user.id)) {
      return socket.push({ t: 'err', ...re, mid: pub.mid, code: 'E_CONV_CLOSED', msg: 'closed', next: this.conversationOf(user.id) });
    }
    const first = conversation.members.size === 0;
    conversation.members.add(user.id);
    if (first && user.role === 'visitor') {
      conversation.visitor = user.id;
      this.#commit(conversation, 'opened', system, { department: { id: 'd1', name: 'Support' } });
      if (this.#autoAssign !== undefined) this.assign(pub.conv, this.#autoAssign);
    } else if (conversation.status === 'closed') {
      conversation.status = 'open';
      this.#commit(conversation, 'reopened', system, { by: { id: user.id, name: user.name } });
    }
    const text = pub.body['text'];
    const body = typeof text === 'string' ? { ...pub.body, text: this.rewrite(text) } : pub.body;
    const changed = body['text'] !== text;
    this.#commit(conversation, pub.kind, this.#author(user.id), body, pub.mid, { socket, echo: { ...re, ...(changed ? { body } : {}) } });
  }

  #sync(socket: FakeSocket, sync: SyncFeed | SyncConversation): void {
    const max = Math.min(sync.max, this.lim.page);
    if (!('conv' in sync)) {
      const feed = socket.user!.feed;
      const items = feed.slice(sync.cur, sync.cur + max);
      const next = items.at(-1)?.cur ?? sync.cur;
      return socket.push({ t: 'page', re: sync.id, items, next, more: next < feed.length, head: feed.length });
    }
    const all = this.#conversation(sync.conv).entries;
    const bare = (entry: Entry): Entry => {
      const { cur: _cur, prev: _prev, ...rest } = entry;
      return rest;
    };
    const older = sync.after === undefined;
    const matching = all.filter((e) => (older ? e.seq! < sync.before! : e.seq! > sync.after!));
    const items = (older ? matching.slice(-max) : matching.slice(0, max)).map(bare);
    const edge = older ? items[0]?.seq : items.at(-1)?.seq;
    const next = edge ?? (older ? sync.before! : sync.after!);
    socket.push({ t: 'page', re: sync.id, items, next, more: matching.length > items.length, head: all.length });
  }

  #conversation(id: string): FakeConversation {
    let conversation = this.conversations.get(id);
    if (!conversation) {
      conversation = { id, members: new Set(), visitor: undefined, entries: [], mids: new Map(), status: 'waiting' };
      this.conversations.set(id, conversation);
    }
    return conversation;
  }

  #author(id: string): Author {
    const user = this.users.get(id);
    return { role: user?.role ?? 'system', id, name: user?.name ?? '' };
  }

  #commit(
    conversation: FakeConversation,
    kind: EntryKind,
    from: Author,
    body: Body,
    mid?: string,
    sender?: Sender,
  ): Entry {
    const entry: Entry = { conv: conversation.id, seq: conversation.entries.length + 1, kind, from, body, ts: Date.now() };
    if (mid !== undefined) entry.mid = mid;
    conversation.entries.push(entry);
    if (mid !== undefined) conversation.mids.set(mid, entry);
    for (const member of conversation.members) this.#append(member, entry, sender);
    return entry;
  }

  /** Puts it into a user's feed and pushes it; the socket that sent it gets the ack instead. */
  #append(member: string, entry: Entry, sender?: Sender): void {
    const user = this.users.get(member);
    if (!user) return;
    const prev = user.feed.length;
    const placed = { ...entry, cur: prev + 1, prev };
    user.feed.push(placed);
    for (const socket of this.#sockets) {
      if (socket.user !== user) continue;
      if (socket !== sender?.socket) socket.push({ t: 'evt', ...placed });
      else socket.push({ t: 'ack', ...sender.echo, mid: entry.mid!, conv: entry.conv, seq: entry.seq!, ts: entry.ts, dup: false, cur: prev + 1, prev });
    }
  }
}

const system: Author = { role: 'system', id: '', name: '' };
