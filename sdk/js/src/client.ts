// The façade that apps use: conversations kept drawable, typed events, and one way to act that is the same in the tab
// that holds the socket and in those that speak through it.
import type { BackoffOptions } from './backoff.js';
import { Conversation, type Typist } from './conversation.js';
import { Emitter, type Unsubscribe } from './emitter.js';
import { Engine, type EngineCommand, type EngineEvent, type Identity, type OutboxView, type PageRequest, type Position } from './engine.js';
import { OWN_FEED, type Body, type ConnectSet, type Delta, type Entry, type Err, type MessageKind, type Page, type PresenceIn, type PresenceState, type Queue, type ServerFrame } from './frames.js';
import { uuidv7 } from './ids.js';
import { Memory, browserStorage, type KeyValue } from './memory.js';
import { checkBody } from './outbox.js';
import { openOutboxStore, type NewOutboxItem, type OutboxItem, type OutboxStore } from './outbox_store.js';
import type { Link } from './session.js';
import { Tabs, browserTabs, type TabsOptions } from './tabs.js';
import { TypingGate } from './typing_gate.js';
import type { OpenTransport } from './transport_websocket.js';

export interface ClientOptions {
  /** Whoever shares a scope shares socket, outbox and device: `visitor:SITE:USER`, `agent:USER`. */
  scope: string;
  role: 'visitor' | 'agent';
  /** The HTTP call that gives a signed set; throws ProblemError. */
  mint(): Promise<ConnectSet>;
  /** Default: `wss://` and this page's host. */
  endpoint?: string;
  /** Keep feed positions and marks across reloads. Default: true. */
  remember?: boolean;
  storage?: KeyValue | undefined;
  store?: OutboxStore;
  tabs?: TabsOptions;
  open?: OpenTransport;
  backoff?: BackoffOptions;
  random?: () => number;
}

export interface ClientEvents {
  link: Link;
  /** Connected. With `reset`, lists loaded over REST may miss something: load them again. */
  welcome: { identity: Identity; reset: boolean };
  /** Every applied entry of the own feed, of department feeds (`feed` is set) and of watched conversations. */
  entry: Entry;
  /** Something drawable in this conversation changed. */
  conversation: Conversation;
  /** A visitor's current conversation is now this one. */
  current: string;
  failed: OutboxItem;
  /** Entries known to exist but not applied yet: "catching up (n)". */
  behind: number;
  typing: { conv: string; typists: readonly Typist[] };
  presence: PresenceIn;
  queue: Queue;
  delta: Delta;
  error: Err;
}

type TabMessage =
  | { k: 'hello' }
  | { k: 'event'; event: EngineEvent }
  | { k: 'command'; command: EngineCommand }
  | { k: 'ask'; id: number; request: PageRequest }
  | { k: 'answer'; id: number; page?: Page; error?: string };

const ASK_TIMEOUT_MS = 15_000;
const DEFAULT_LIMITS = { text: 10_000, bytes: 65_536 };

/** `code` is E_TOO_BIG or E_BAD_FRAME: what the server would have answered. */
export class SendError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.name = 'SendError';
    this.code = code;
  }
}

export class Client {
  readonly #options: ClientOptions;
  readonly #events = new Emitter<ClientEvents>();
  readonly #memory: Memory;
  readonly #conversations = new Map<string, Conversation>();
  readonly #watched = new Set<string>();
  readonly #unconfirmed = new Map<string, number>();
  readonly #answers = new Map<number, (message: { page?: Page; error?: string }) => void>();
  readonly #loads = new Map<string, Promise<void>>();
  readonly #typing = new TypingGate((conv, on, text) =>
    this.#command({ op: 'typing', conv, on, ...(text === undefined ? {} : { text }) }),
  );
  /** Messages given to a leader that has not shown them yet, where tabs share no store. */
  readonly #handed = new Map<string, NewOutboxItem>();
  #store: OutboxStore | undefined;
  #started: Promise<void> | undefined;
  #tabs: Tabs | undefined;
  #engine: Engine | undefined;
  #link: Link = { kind: 'idle' };
  #identity: Identity | undefined;
  #current: string | undefined;
  #position: Position | undefined;
  #rt: string | undefined;
  #outbox: OutboxView[] = [];
  #asked = 0;
  #undo: Unsubscribe[] = [];

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#memory = new Memory(options.scope, 'storage' in options ? options.storage : browserStorage());
    if (options.remember !== false) this.#position = this.#memory.position;
  }

  // ---- reading -------------------------------------------------------------------------------------------------

  get link(): Link {
    return this.#link;
  }
  get identity(): Identity | undefined {
    return this.#identity;
  }
  /** A visitor's current conversation. */
  get current(): string | undefined {
    return this.#current;
  }
  /** Whether this tab holds the socket. */
  get leading(): boolean {
    return this.#engine !== undefined;
  }
  on<K extends keyof ClientEvents>(name: K, handler: (value: ClientEvents[K]) => void): Unsubscribe {
    return this.#events.on(name, handler);
  }
  once<K extends keyof ClientEvents>(name: K, handler: (value: ClientEvents[K]) => void): Unsubscribe {
    return this.#events.once(name, handler);
  }
  /** The conversation as this tab knows it, made on first sight. `open` loads it. */
  conversation(id: string): Conversation {
    let conversation = this.#conversations.get(id);
    if (!conversation) {
      const marks = this.#options.remember === false ? undefined : this.#memory.marks(id);
      conversation = new Conversation(id, () => this.#identity?.user, this.#options.role, marks);
      conversation.setUnsent(this.#outbox.filter((item) => item.conv === id));
      this.#conversations.set(id, conversation);
    }
    return conversation;
  }

  // ---- life ----------------------------------------------------------------------------------------------------

  /** Joins the other tabs, or connects. Returns once the outbox has been read. */
  start(): Promise<void> {
    return (this.#started ??= this.#start());
  }

  async #start(): Promise<void> {
    this.#store = this.#options.store ?? (await openOutboxStore(this.#options.scope));
    this.#joinTabs();
    this.#listenToPage();
  }

  /** Ends it for this page; unsent messages stay in the outbox for the next visit. */
  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#leave();
    this.#store?.close();
    this.#store = undefined;
    this.#started = undefined;
  }

  /** A person pressed "try now". */
  kick(): void {
    this.#command({ op: 'kick' });
  }
  /** The log-in changed: connect with fresh credentials. */
  refresh(): void {
    this.#command({ op: 'refresh' });
  }

  // ---- acting --------------------------------------------------------------------------------------------------

  sendText(conv: string, text: string, reply?: string): Promise<string> {
    return this.send(conv, 'text', { text }, reply);
  }

  /** Resolves with the `mid` once the message is stored on this device. Throws SendError for what can never be accepted. */
  async send(conv: string, kind: MessageKind, body: Body, reply?: string): Promise<string> {
    const wrong = checkBody(kind, body, this.#identity?.lim ?? DEFAULT_LIMITS);
    if (wrong) throw new SendError(wrong);
    const mid = uuidv7();
    const item = { mid, conv, kind, body, created: Date.now(), ...(reply === undefined ? {} : { reply }) };
    this.#typing.sent(conv);
    await this.start();
    if (this.#engine) await this.#engine.add(item);
    else if (this.#store!.shared) {
      const stored = await this.#store!.add(item);
      this.#command({ op: 'reload' });
      this.#unsent([...this.#outbox, { ...stored, sending: false }]);
    } else {
      this.#handed.set(mid, item);
      this.#command({ op: 'add', item });
      this.#unsent(this.#outbox);
    }
    return mid;
  }

  /** Sends a failed message again: into the next conversation where the old one is over. */
  retry(mid: string): void {
    const item = this.#outbox.find((other) => other.mid === mid);
    if (!item?.failed) return;
    const { code, next } = item.failed;
    this.#command({
      op: 'retry',
      mid,
      ...(code === 'E_CONV_CLOSED' && next !== undefined ? { conv: next } : {}),
      ...(code === 'E_MID_REUSE' ? { as: uuidv7() } : {}),
    });
  }
  /** Deletes an unsent message. One that is on its way stays. */
  remove(mid: string): void {
    this.#command({ op: 'remove', mid });
  }
  recall(conv: string, mid: string): Promise<string> {
    return this.send(conv, 'recall', { mid });
  }

  /** The person has seen everything up to `seq`. */
  read(conv: string, seq: number): void {
    const conversation = this.conversation(conv);
    if (!conversation.readTo(seq)) return;
    this.#unconfirmed.set(conv, seq);
    this.#command({ op: 'read', conv, seq });
    this.#events.emit('conversation', conversation);
    this.#keep();
  }
  /** Takes over a read mark that REST told. */
  assumeRead(conv: string, seq: number): void {
    if (this.conversation(conv).readTo(seq)) this.#events.emit('conversation', this.conversation(conv));
  }

  /** Call on every key press, and with `on: false` when the composer is emptied; what goes out is throttled here. */
  typing(conv: string, on: boolean, text?: string): void {
    this.#typing.set(conv, on, text);
  }
  watch(conv: string, on: boolean): void {
    if (on) this.#watched.add(conv);
    else this.#watched.delete(conv);
    this.#command({ op: 'watch', conv, on });
  }
  setPresence(state: PresenceState, until?: number): void {
    this.#command({ op: 'presence', state, ...(until === undefined ? {} : { until }) });
  }

  // ---- pages ---------------------------------------------------------------------------------------------------

  /** Loads the newest page unless it is there; without a connection, as soon as there is one. Safe to call again and again. */
  async open(conv: string): Promise<Conversation> {
    const conversation = this.conversation(conv);
    if (!conversation.loaded) await this.#load(conv, 'newest');
    return conversation;
  }
  /** Loads the page before the oldest known entry. */
  async loadOlder(conv: string): Promise<Conversation> {
    const conversation = this.conversation(conv);
    if (!conversation.complete) await this.#load(conv, conversation.loaded ? 'older' : 'newest');
    return conversation;
  }

  #load(conv: string, what: 'newest' | 'older' | 'newer'): Promise<void> {
    const key = `${what}:${conv}`;
    let load = this.#loads.get(key);
    if (!load) {
      load = this.#loadNow(conv, what).finally(() => this.#loads.delete(key));
      this.#loads.set(key, load);
    }
    return load;
  }

  async #loadNow(conv: string, what: 'newest' | 'older' | 'newer'): Promise<void> {
    const conversation = this.conversation(conv);
    let more = true;
    while (more) {
      const request: PageRequest = { conv };
      if (what === 'older') request.before = conversation.oldest;
      if (what === 'newer') request.after = conversation.newest;
      const page = await this.#page(request);
      conversation.applyPage(page, what !== 'newer');
      this.#events.emit('conversation', conversation);
      more = what === 'newer' && page.more && page.items.length > 0;
    }
  }

  /** Without a connection it waits for one. Rejects with the server's error code. */
  async #page(request: PageRequest): Promise<Page> {
    await this.start();
    for (;;) {
      if (this.#link.kind !== 'live' && this.#link.kind !== 'stale') {
        await new Promise<void>((resolve) => void this.once('welcome', () => resolve()));
      }
      try {
        return await this.#askPage(request);
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'disconnected') throw error;
        // the connection may have been replaced just now, and its `welcome` be over
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  #askPage(request: PageRequest): Promise<Page> {
    if (this.#engine) return this.#engine.page(request);
    return new Promise((resolve, reject) => {
      const id = ++this.#asked;
      const timer = setTimeout(() => this.#answers.get(id)?.({ error: 'disconnected' }), ASK_TIMEOUT_MS);
      this.#answers.set(id, ({ page, error }) => {
        clearTimeout(timer);
        this.#answers.delete(id);
        if (page) resolve(page);
        else reject(new Error(error ?? 'disconnected'));
      });
      this.#post({ k: 'ask', id, request });
    });
  }

  // ---- tabs ----------------------------------------------------------------------------------------------------

  #joinTabs(): void {
    const options = this.#options.tabs ?? browserTabs(this.#options.scope);
    this.#tabs = new Tabs(options, {
      lead: (leading) => (leading ? this.#lead() : this.#unlead()),
      leader: () => {
        this.#post({ k: 'hello' });
        for (const item of this.#handed.values()) this.#command({ op: 'add', item });
      },
      data: (data, from) => this.#hear(data as TabMessage, from),
    });
  }

  #lead(): void {
    const { endpoint, mint, open, backoff, random } = this.#options;
    const engine = new Engine({
      endpoint: endpoint ?? `wss://${location.host}/ws`,
      dev: this.#memory.dev,
      mint: () => mint(),
      store: this.#store!,
      emit: (event) => {
        if (engine !== this.#engine) return;
        this.#handle(event);
        this.#post({ k: 'event', event });
      },
      position: this.#position,
      rt: this.#rt,
      open,
      backoff,
      random,
    });
    this.#engine = engine;
    void engine.start();
    for (const item of this.#handed.values()) void engine.add(item);
    for (const answer of [...this.#answers.values()]) answer({ error: 'disconnected' });
  }

  #unlead(): void {
    this.#keep();
    const engine = this.#engine;
    this.#engine = undefined;
    engine?.stop();
  }

  #leave(): void {
    this.#tabs?.close();
    this.#tabs = undefined;
    this.#memory.flush();
  }

  #post(message: TabMessage, to?: string): void {
    this.#tabs?.post(message, to);
  }

  #hear(message: TabMessage, from: string): void {
    const engine = this.#engine;
    switch (message.k) {
      case 'event':
        if (!engine) this.#handle(message.event);
        return;
      case 'answer':
        return this.#answers.get(message.id)?.(message);
      case 'hello':
        for (const event of engine?.state() ?? []) this.#post({ k: 'event', event }, from);
        return;
      case 'command':
        return engine?.command(message.command);
      case 'ask': {
        const { id, request } = message;
        engine?.page(request).then(
          (page) => this.#post({ k: 'answer', id, page }, from),
          (error: Error) => this.#post({ k: 'answer', id, error: error.message }, from),
        );
        return;
      }
    }
  }

  #command(command: EngineCommand): void {
    if (this.#engine) this.#engine.command(command);
    else this.#post({ k: 'command', command });
  }

  #listenToPage(): void {
    if (typeof window === 'undefined') return;
    const listen = (target: EventTarget, name: string, handler: (event: Event) => void): void => {
      target.addEventListener(name, handler);
      this.#undo.push(() => target.removeEventListener(name, handler));
    };
    listen(window, 'online', () => this.#command({ op: 'nudge' }));
    listen(document, 'visibilitychange', () => {
      if (document.visibilityState !== 'visible') return this.#memory.flush();
      this.#tabs?.wake();
      this.#command({ op: 'nudge' });
    });
    listen(window, 'pagehide', () => this.#leave());
    listen(window, 'pageshow', (event) => {
      // back from the back/forward cache: the socket was given up on the way out
      if ((event as PageTransitionEvent).persisted && !this.#tabs) this.#joinTabs();
    });
  }

  // ---- what the engine tells -----------------------------------------------------------------------------------

  #handle(event: EngineEvent): void {
    switch (event.k) {
      case 'link':
        this.#link = event.link;
        return this.#events.emit('link', event.link);
      case 'welcome':
        return this.#welcomed(event);
      case 'entry':
        return this.#entered(event.entry);
      case 'acked':
        if (event.entry.mid !== undefined) this.#handed.delete(event.entry.mid);
        if (this.conversation(event.entry.conv).apply(event.entry)) this.#changed(event.entry.conv);
        return;
      case 'outbox':
        return this.#unsent(event.items);
      case 'failed':
        if (event.item.failed?.next !== undefined) this.#setCurrent(event.item.failed.next);
        return this.#events.emit('failed', event.item);
      case 'behind':
        return this.#events.emit('behind', event.n);
      case 'frame':
        return this.#framed(event.frame);
      default:
        event satisfies never;
    }
  }

  #welcomed(event: EngineEvent & { k: 'welcome' }): void {
    this.#identity = event.identity;
    this.#position = structuredClone(event.position);
    this.#rt = event.rt;
    if (event.identity.conv !== undefined) this.#setCurrent(event.identity.conv);
    for (const conv of this.#watched) this.#command({ op: 'watch', conv, on: true });
    for (const [conv, seq] of this.#unconfirmed) this.#command({ op: 'read', conv, seq });
    if (event.reset) {
      for (const conversation of this.#conversations.values()) {
        const wanted = conversation.loaded;
        conversation.reset();
        if (wanted) void this.#load(conversation.id, 'newest').catch(() => undefined);
      }
    }
    this.#keep();
    this.#events.emit('welcome', { identity: event.identity, reset: event.reset });
  }

  #entered(entry: Entry): void {
    const feed = entry.feed ?? OWN_FEED;
    if (entry.cur !== undefined && this.#position) this.#position.feeds[feed] = entry.cur;
    if (feed === OWN_FEED && typeof entry.conv === 'string') {
      const conversation = this.conversation(entry.conv);
      if (entry.kind === 'read' && entry.from?.id === this.#identity?.user) {
        const seq = this.#unconfirmed.get(entry.conv);
        if (seq !== undefined && seq <= Number(entry.body['seq'])) this.#unconfirmed.delete(entry.conv);
      }
      // only `prev` tells loss, except where there is none (watched) or one has just become a member
      const joins = entry.cur === undefined || ['opened', 'assigned', 'transferred'].includes(entry.kind);
      const hole = joins && conversation.loaded && entry.seq !== undefined && entry.seq > conversation.newest + 1;
      if (hole) void this.#load(entry.conv, 'newer').catch(() => undefined);
      else if (conversation.apply(entry)) this.#changed(entry.conv);
    }
    this.#keep();
    this.#events.emit('entry', entry);
  }

  #unsent(known: OutboxView[]): void {
    this.#outbox = known;
    for (const item of known) this.#handed.delete(item.mid);
    // what no leader has shown yet is drawn all the same
    const handed = [...this.#handed.values()].map((item) => ({ ...item, n: Infinity, sending: false }));
    const items = [...known, ...handed];
    for (const id of new Set(items.map((item) => item.conv))) this.conversation(id);
    for (const conversation of this.#conversations.values()) {
      if (conversation.setUnsent(items.filter((item) => item.conv === conversation.id))) this.#changed(conversation.id);
    }
  }

  #framed(frame: ServerFrame): void {
    switch (frame.t) {
      case 'typing': {
        const conversation = this.conversation(frame.conv);
        if (frame.from.id === this.#identity?.user) return;
        conversation.typing(frame.from, frame.on, frame.text, Date.now());
        this.#events.emit('typing', { conv: frame.conv, typists: conversation.typists });
        if (frame.on) {
          setTimeout(() => {
            if (conversation.expireTyping(Date.now())) this.#events.emit('typing', { conv: frame.conv, typists: conversation.typists });
          }, 6_050);
        }
        return;
      }
      case 'presence':
        return this.#events.emit('presence', frame);
      case 'queue':
        return this.#events.emit('queue', frame);
      case 'delta':
        return this.#events.emit('delta', frame);
      case 'err':
        return this.#events.emit('error', frame);
    }
  }

  #setCurrent(conv: string): void {
    if (conv === this.#current) return;
    this.#current = conv;
    this.#events.emit('current', conv);
  }

  #changed(conv: string): void {
    const conversation = this.conversation(conv);
    this.#events.emit('conversation', conversation);
  }

  /** Only the tab that holds the socket writes, so that positions and marks belong together. */
  #keep(): void {
    if (!this.#engine || this.#options.remember === false) return;
    this.#memory.keep(this.#position, this.#conversations.values());
  }
}

export function createClient(options: ClientOptions): Client {
  return new Client(options);
}
