// Session, feeds and outbox put together: what runs in the one tab that holds the socket. It reports everything as plain
// data, so that the same events serve this tab's client and, over a channel, the others'.
import { Feed, type Placed } from './feed.js';
import { OWN_FEED, type ConnectSet, type Entry, type Evt, type Limits, type Page, type ServerFrame, type Welcome } from './frames.js';
import { Outbox } from './outbox.js';
import type { NewOutboxItem, OutboxItem, OutboxStore } from './outbox_store.js';
import { Session, type Link } from './session.js';
import type { OpenTransport } from './transport_websocket.js';
import type { BackoffOptions } from './backoff.js';
import { readAck } from './own_entry.js';

/** Where the feeds stand: enough for another tab, or the next visit, to resume. */
export interface Position {
  epoch: string;
  feeds: Record<string, number>;
}

export interface Identity {
  /** The server's public id of this user. */
  user: string;
  conv?: string;
  lim: Limits;
}

export type OutboxView = OutboxItem & { sending: boolean };

export type EngineEvent =
  | { k: 'link'; link: Link }
  /** `reset`: what lies before is unknown, load pages. `rt` and `position` let a follower take over. */
  | { k: 'welcome'; identity: Identity; reset: boolean; rt: string; position: Position; now: number }
  | { k: 'entry'; entry: Entry }
  /** A message of ours is durable. Its feed entry may follow later. */
  | { k: 'acked'; entry: Entry }
  | { k: 'outbox'; items: OutboxView[] }
  | { k: 'failed'; item: OutboxItem }
  /** Entries not applied yet. */
  | { k: 'behind'; n: number }
  | { k: 'frame'; frame: ServerFrame };

export type EngineCommand =
  | { op: 'add'; item: NewOutboxItem }
  /** Another tab wrote into the shared store. */
  | { op: 'reload' }
  | { op: 'retry'; mid: string; conv?: string; as?: string }
  | { op: 'remove'; mid: string }
  | { op: 'read'; conv: string; seq: number }
  | { op: 'typing'; conv: string; on: boolean; text?: string }
  | { op: 'watch'; conv: string; on: boolean }
  | { op: 'presence'; state: string; until?: number }
  | { op: 'kick' }
  | { op: 'nudge' }
  | { op: 'refresh' };

export interface PageRequest {
  conv: string;
  before?: number;
  after?: number;
  max?: number;
}

export interface EngineOptions {
  endpoint: string;
  dev: string;
  mint(): Promise<ConnectSet>;
  store: OutboxStore;
  emit(event: EngineEvent): void;
  position?: Position | undefined;
  rt?: string | undefined;
  open?: OpenTransport | undefined;
  backoff?: BackoffOptions | undefined;
  random?: (() => number) | undefined;
}

const GOT_EVERY_MS = 1_000;
const RETRY_SYNC_MS = 1_000;
const WATCH_ACKS_MS = 2_000;
/** An ack that takes longer than this makes the client ask whether the socket still lives. */
const ACK_OVERDUE_MS = 8_000;
const PAGE_DEFAULT = 100;

interface Question {
  page(page: Page): void;
  /** The server refused it, or the socket is gone (`retry` undefined). */
  fail(code: string, retry?: number): void;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #session: Session;
  readonly #outbox: Outbox;
  readonly #feeds = new Map<string, Feed>();
  readonly #questions = new Map<string, Question>();
  #epoch: string | undefined;
  #me: Identity | undefined;
  #lim: Limits | undefined;
  #asked = 0;
  #got = 0;
  #gotTimer: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setInterval> | undefined;
  #behind = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#epoch = options.position?.epoch;
    for (const [name, cur] of Object.entries(options.position?.feeds ?? {})) this.#addFeed(name, cur);
    this.#outbox = new Outbox(options.store, {
      send: (frame) => this.#session.send(frame),
      changed: () => this.#reportOutbox(),
      acked: (ack, item) => {
        if (this.#me) options.emit({ k: 'acked', entry: readAck(ack, item, this.#me.user) });
      },
      failed: (item) => options.emit({ k: 'failed', item: { ...item } }),
      expired: () => this.#session.refresh(),
    });
    this.#session = new Session({
      endpoint: options.endpoint,
      dev: options.dev,
      mint: () => options.mint(),
      resume: () => this.#resume(),
      onLink: (link) => this.#linked(link),
      onWelcome: (welcome) => this.#welcomed(welcome),
      onFrame: (frame) => this.#framed(frame),
      ...(options.open ? { open: options.open } : {}),
      ...(options.backoff ? { backoff: options.backoff } : {}),
      ...(options.random ? { random: options.random } : {}),
      ...(options.rt === undefined ? {} : { rt: options.rt }),
    });
  }

  async start(): Promise<void> {
    await this.#outbox.reload();
    this.#session.start();
    this.#ackTimer = setInterval(() => {
      if (this.#outbox.oldestFlight(Date.now()) > ACK_OVERDUE_MS) this.#session.probe();
    }, WATCH_ACKS_MS);
  }

  /** Ends the session. The store stays as it is: the next leader sends what is left. */
  stop(): void {
    clearTimeout(this.#gotTimer);
    clearInterval(this.#ackTimer);
    this.#session.stop();
    this.#outbox.disconnected();
  }

  get link(): Link {
    return this.#session.link;
  }

  /** What a tab that comes late has to hear first. */
  state(): EngineEvent[] {
    const events: EngineEvent[] = [];
    if (this.#me && this.#session.rt !== undefined) events.push(this.#welcomeEvent(false, Date.now()));
    events.push({ k: 'link', link: this.#session.link }, this.#outboxEvent());
    return events;
  }

  position(): Position | undefined {
    if (this.#epoch === undefined) return undefined;
    return { epoch: this.#epoch, feeds: Object.fromEntries([...this.#feeds].map(([name, feed]) => [name, feed.cursor])) };
  }

  /** Resolves once the message is durable on this device. */
  async add(item: NewOutboxItem): Promise<void> {
    await this.#outbox.add(item);
  }

  command(command: EngineCommand): void {
    switch (command.op) {
      case 'add':
        return void this.add(command.item);
      case 'reload':
        return void this.#outbox.reload();
      case 'retry':
        return void this.#outbox.retry(command.mid, {
          ...(command.conv === undefined ? {} : { conv: command.conv }),
          ...(command.as === undefined ? {} : { mid: command.as }),
        });
      case 'remove':
        return void this.#outbox.remove(command.mid);
      case 'read':
        return void this.#session.send({ t: 'read', conv: command.conv, seq: command.seq });
      case 'typing': {
        const { conv, on, text } = command;
        return void this.#session.send({ t: 'typing', conv, on, ...(text === undefined ? {} : { text }) });
      }
      case 'watch':
        return void this.#session.send({ t: 'watch', conv: command.conv, on: command.on });
      case 'presence': {
        const { state, until } = command;
        return void this.#session.send({ t: 'presence', state, ...(until === undefined ? {} : { until }) });
      }
      case 'kick':
        return this.#session.kick();
      case 'nudge':
        return this.#session.nudge();
      case 'refresh':
        return this.#session.refresh();
      default:
        command satisfies never;
    }
  }

  /** One page of a conversation. Rejects with `disconnected` or the server's error code. */
  page(request: PageRequest): Promise<Page> {
    return new Promise((resolve, reject) => {
      const id = this.#question({ page: resolve, fail: (code) => reject(new Error(code)) });
      const { conv, before, after } = request;
      const max = Math.min(request.max ?? PAGE_DEFAULT, this.#lim?.page ?? PAGE_DEFAULT);
      const side = after === undefined ? { before: before ?? Number.MAX_SAFE_INTEGER } : { after };
      if (!this.#session.send({ t: 'sync', id, conv, max, ...side })) {
        this.#questions.delete(id);
        reject(new Error('disconnected'));
      }
    });
  }

  #question(question: Question): string {
    const id = `s${++this.#asked}`;
    this.#questions.set(id, question);
    return id;
  }

  #addFeed(name: string, cursor: number): Feed {
    const feed: Feed = new Feed(name, cursor, {
      apply: (entry) => this.#applied(feed, entry),
      ask: (cur) => this.#askFeed(feed, cur),
    });
    this.#feeds.set(name, feed);
    return feed;
  }

  #askFeed(feed: Feed, cur: number): void {
    const id = this.#question({
      page: (page) => {
        feed.page(page);
        this.#reportBehind();
      },
      fail: (_code, retry) => {
        if (retry !== undefined) setTimeout(() => this.#feeds.get(feed.name) === feed && feed.askAgain(), retry);
      },
    });
    const sent = this.#session.send({ t: 'sync', id, feed: feed.name, cur, max: this.#lim?.page ?? PAGE_DEFAULT });
    if (!sent) this.#questions.delete(id);
    this.#reportBehind();
  }

  #resume(): Position | undefined {
    const position = this.position();
    return position && Object.keys(position.feeds).length > 0 ? position : undefined;
  }

  #linked(link: Link): void {
    if (link.kind !== 'live' && link.kind !== 'stale') this.#disconnected();
    this.#options.emit({ k: 'link', link });
  }

  #disconnected(): void {
    for (const feed of this.#feeds.values()) feed.disconnected();
    this.#dropQuestions();
    this.#outbox.disconnected();
    clearTimeout(this.#gotTimer);
    this.#gotTimer = undefined;
  }

  #dropQuestions(): void {
    const open = [...this.#questions.values()];
    this.#questions.clear();
    for (const question of open) question.fail('disconnected');
  }

  #welcomed(welcome: Welcome): void {
    this.#dropQuestions(); // asked on a socket that was replaced
    this.#lim = welcome.lim;
    this.#epoch = welcome.epoch;
    this.#me = { user: welcome.user, lim: welcome.lim, ...(welcome.conv === undefined ? {} : { conv: welcome.conv }) };
    const feeds = welcome.feeds ?? {};
    for (const name of [...this.#feeds.keys()]) if (!(name in feeds)) this.#feeds.delete(name);
    const reset = !feeds[OWN_FEED]?.resumed;
    // told before the feeds move, so that what they apply comes after it
    for (const [name, position] of Object.entries(feeds)) if (!this.#feeds.has(name)) this.#addFeed(name, position.cur);
    this.#options.emit(this.#welcomeEvent(reset, welcome.now, welcome.rt));
    for (const [name, position] of Object.entries(feeds)) this.#feeds.get(name)?.welcome(position);
    this.#got = 0;
    this.#outbox.connected(welcome.lim.window);
    this.#reportBehind();
  }

  #welcomeEvent(reset: boolean, now: number, rt: string = this.#session.rt ?? ''): EngineEvent {
    return { k: 'welcome', identity: this.#me!, reset, rt, position: this.position()!, now };
  }

  #framed(frame: ServerFrame): void {
    switch (frame.t) {
      case 'evt':
        return this.#event(frame);
      case 'ack': {
        const item = this.#outbox.ack(frame);
        if (frame.cur === undefined || frame.prev === undefined) return;
        const feed = this.#feeds.get(OWN_FEED);
        // an ack is the feed entry on the socket that sent it; of a message no longer known here the feed itself must tell
        if (item && this.#me) feed?.push(readAck(frame, item, this.#me.user) as Placed);
        else feed?.hint(frame.cur);
        return;
      }
      case 'page': {
        const question = this.#questions.get(frame.re);
        this.#questions.delete(frame.re);
        return question?.page(frame);
      }
      case 'err': {
        if (frame.mid !== undefined) this.#outbox.err(frame);
        const question = frame.re === undefined ? undefined : this.#questions.get(frame.re);
        if (question) {
          this.#questions.delete(frame.re!);
          question.fail(frame.code, frame.retry ?? RETRY_SYNC_MS);
        }
        return this.#options.emit({ k: 'frame', frame });
      }
      case 'lag':
        return this.#feeds.get(frame.feed ?? OWN_FEED)?.lag(frame.head);
      case 'pong':
        for (const [name, head] of Object.entries(frame.heads ?? {})) this.#feeds.get(name)?.hint(head);
        return;
      default:
        this.#options.emit({ k: 'frame', frame });
    }
  }

  #event(frame: Evt): void {
    const { t: _t, ...entry } = frame;
    // our own message, seen as an entry: the ack of a socket that died, or of another tab's sending
    if (entry.mid !== undefined && entry.seq !== undefined) {
      this.#outbox.ack({ t: 'ack', mid: entry.mid, conv: entry.conv, seq: entry.seq, ts: entry.ts, dup: true, body: entry.body });
    }
    if (entry.cur === undefined || entry.prev === undefined) return this.#options.emit({ k: 'entry', entry });
    const feed = this.#feeds.get(entry.feed ?? OWN_FEED);
    feed?.push(entry as Placed);
    this.#reportBehind();
  }

  #applied(feed: Feed, entry: Placed): void {
    if (entry.mid !== undefined && entry.seq !== undefined) {
      // read back from the feed instead of pushed: counts as the ack all the same
      this.#outbox.ack({ t: 'ack', mid: entry.mid, conv: entry.conv, seq: entry.seq, ts: entry.ts, dup: true, body: entry.body });
    }
    if (feed.name === OWN_FEED) {
      if (entry.kind === 'feeds') this.#feedsChanged(entry.body);
      this.#scheduleGot();
    }
    this.#options.emit({ k: 'entry', entry: feed.name === OWN_FEED ? entry : { ...entry, feed: feed.name } });
  }

  /** A department was gained or lost. */
  #feedsChanged(body: Record<string, unknown>): void {
    const name = body['feed'];
    if (typeof name !== 'string' || name === OWN_FEED) return;
    if (body['gained'] === false) this.#feeds.delete(name);
    else if (!this.#feeds.has(name)) this.#addFeed(name, Number(body['cur'] ?? 0));
  }

  #scheduleGot(): void {
    this.#gotTimer ??= setTimeout(() => {
      this.#gotTimer = undefined;
      const cur = this.#feeds.get(OWN_FEED)?.cursor ?? 0;
      if (cur > this.#got && this.#session.send({ t: 'got', cur })) this.#got = cur;
    }, GOT_EVERY_MS);
  }

  #reportBehind(): void {
    let n = 0;
    for (const feed of this.#feeds.values()) n += feed.behind;
    if (n === this.#behind) return;
    this.#behind = n;
    this.#options.emit({ k: 'behind', n });
  }

  #outboxEvent(): EngineEvent {
    const items = this.#outbox.items.map((item) => ({ ...item, sending: this.#outbox.isSending(item.mid) }));
    return { k: 'outbox', items };
  }
  #reportOutbox(): void {
    this.#options.emit(this.#outboxEvent());
  }
}
