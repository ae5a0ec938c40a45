// Sends what waits in the store: in order within a conversation, at most a window at a time, the same `mid` until an
// answer is final. Runs in the tab that holds the socket. An item leaves the store only when the server has it, or a person deletes it.
import { isRetryable } from './codes.js';
import type { Ack, Body, Err, Pub } from './frames.js';
import type { NewOutboxItem, OutboxItem, OutboxStore } from './outbox_store.js';

export interface OutboxHandlers {
  /** Puts a frame on the wire; false where no socket is live. */
  send(frame: Pub): boolean;
  /** The items changed: a new one, an answer, a failure. */
  changed(): void;
  /** The server has it. `item` is what was sent; absent for a `mid` this outbox no longer knows. */
  acked(ack: Ack, item: OutboxItem): void;
  failed(item: OutboxItem): void;
  /** The log-in ended (`E_EXPIRED`): get a new one; the message is sent again after the next `welcome`. */
  expired(): void;
}

/** How long a pause lasts where the server names no time. */
const DEFAULT_PAUSE_MS = 1_000;
const DEFAULT_WINDOW = 16;

interface Flight {
  /** `id` of the latest frame that carried it: answers to earlier ones say nothing new. */
  id: string;
  since: number;
}

export class Outbox {
  readonly #store: OutboxStore;
  readonly #handlers: OutboxHandlers;
  #items: OutboxItem[] = [];
  readonly #flights = new Map<string, Flight>();
  readonly #paused = new Map<string, ReturnType<typeof setTimeout>>();
  #live = false;
  #window = DEFAULT_WINDOW;
  #frames = 0;
  // taken out here while a read of the store may be under way: they must not come back with it
  readonly #gone = new Set<number>();

  constructor(store: OutboxStore, handlers: OutboxHandlers) {
    this.#store = store;
    this.#handlers = handlers;
  }

  get items(): readonly OutboxItem[] {
    return this.#items;
  }
  isSending(mid: string): boolean {
    return this.#flights.has(mid);
  }
  /** Milliseconds the oldest unanswered `pub` has waited; 0 without one. */
  oldestFlight(now: number): number {
    let oldest = now;
    for (const flight of this.#flights.values()) oldest = Math.min(oldest, flight.since);
    return now - oldest;
  }

  /** Reads the store again: at start, and whenever another tab wrote into it. */
  async reload(): Promise<void> {
    const items = await this.#store.all();
    this.#items = items.filter((item) => !this.#gone.has(item.n)).sort((a, b) => a.n - b.n);
    for (const mid of [...this.#flights.keys()]) if (!this.#find(mid)) this.#flights.delete(mid);
    this.#handlers.changed();
    this.#pump();
  }

  /** A `mid` that waits already stays as it is: another tab may hand its message over twice. */
  async add(item: NewOutboxItem): Promise<OutboxItem> {
    const known = this.#find(item.mid);
    if (known) return known;
    const stored = await this.#store.add(item);
    if (!this.#find(stored.mid)) {
      this.#items.push(stored);
      this.#items.sort((a, b) => a.n - b.n);
    }
    this.#handlers.changed();
    this.#pump();
    return stored;
  }

  /** After `welcome`: everything unanswered goes out again, in order. */
  connected(window: number): void {
    this.#live = true;
    this.#window = Math.max(1, window || DEFAULT_WINDOW);
    this.#flights.clear();
    this.#unpauseAll();
    this.#handlers.changed();
    this.#pump();
  }

  disconnected(): void {
    this.#live = false;
    this.#flights.clear();
    this.#unpauseAll();
    this.#handlers.changed();
  }

  /** Also to be called with an `evt` that bears one of our `mid`s: it counts as the ack. */
  ack(ack: Ack): OutboxItem | undefined {
    const item = this.#find(ack.mid);
    if (!item) return undefined;
    void this.#take(item);
    this.#handlers.acked(ack, item);
    this.#handlers.changed();
    this.#pump();
    return item;
  }

  /** An `err` that names one of our `mid`s. */
  err(err: Err): void {
    const item = err.mid === undefined ? undefined : this.#find(err.mid);
    const flight = item && this.#flights.get(item.mid);
    if (!item || !flight) return;
    // the answer to an earlier sending of a message that has been sent again since
    if (err.re !== undefined && err.re !== flight.id) return;
    if (isRetryable(err.code)) {
      this.#land(item.conv);
      if (err.code === 'E_EXPIRED') {
        this.#live = false; // nothing is accepted before the next `welcome`
        this.#handlers.expired();
      } else this.#pause(item.conv, err.retry ?? DEFAULT_PAUSE_MS);
    } else {
      item.failed = { code: err.code, msg: err.msg, ...(err.next === undefined ? {} : { next: err.next }) };
      void this.#store.put(item);
      // the later ones named it in `after`: link them anew and send them again
      this.#land(item.conv);
      this.#handlers.failed(item);
    }
    this.#handlers.changed();
    this.#pump();
  }

  /** A person's second try of a failed one. `conv` moves it, where the old conversation is over; `mid` renames it after E_MID_REUSE. */
  async retry(mid: string, change: { conv?: string; mid?: string } = {}): Promise<void> {
    const item = this.#find(mid);
    if (!item?.failed) return;
    const { n: _place, failed: _reason, ...rest } = item;
    const again: NewOutboxItem = { ...rest, ...change };
    // it goes behind what was written since: its old place in the order is gone
    await this.#take(item);
    await this.add(again);
  }

  async remove(mid: string): Promise<void> {
    const item = this.#find(mid);
    if (!item || this.#flights.has(mid)) return; // what is on its way can't be called back
    await this.#take(item);
    this.#handlers.changed();
    this.#pump();
  }

  close(): void {
    this.disconnected();
    this.#store.close();
  }

  #find(mid: string): OutboxItem | undefined {
    return this.#items.find((item) => item.mid === mid);
  }

  async #take(item: OutboxItem): Promise<void> {
    this.#flights.delete(item.mid);
    this.#gone.add(item.n);
    this.#items = this.#items.filter((other) => other !== item);
    await this.#store.remove(item.n);
  }

  /** Takes a conversation's flights back: they are sent again, with new ids and new `after`s. */
  #land(conv: string): void {
    for (const item of this.#items) if (item.conv === conv) this.#flights.delete(item.mid);
  }

  #pause(conv: string, ms: number): void {
    clearTimeout(this.#paused.get(conv));
    const timer = setTimeout(() => {
      this.#paused.delete(conv);
      this.#pump();
    }, ms);
    this.#paused.set(conv, timer);
  }

  #unpauseAll(): void {
    for (const timer of this.#paused.values()) clearTimeout(timer);
    this.#paused.clear();
  }

  #pump(): void {
    if (!this.#live) return;
    const before = new Map<string, string>();
    for (const item of this.#items) {
      if (item.failed) continue;
      const after = before.get(item.conv);
      before.set(item.conv, item.mid);
      if (this.#flights.has(item.mid) || this.#paused.has(item.conv)) continue;
      if (this.#flights.size >= this.#window) return;
      const id = `p${++this.#frames}`;
      if (!this.#handlers.send(pubFrame(item, id, after))) return;
      this.#flights.set(item.mid, { id, since: Date.now() });
    }
  }
}

function pubFrame(item: OutboxItem, id: string, after: string | undefined): Pub {
  return {
    t: 'pub',
    id,
    mid: item.mid,
    conv: item.conv,
    kind: item.kind,
    body: item.body,
    ...(after === undefined ? {} : { after }),
    ...(item.reply === undefined ? {} : { reply: item.reply }),
  };
}

/** What a server would refuse, found before it is sent. Undefined: fine. */
export function checkBody(kind: string, body: Body, limits: { text: number; bytes: number }): 'E_TOO_BIG' | 'E_BAD_FRAME' | undefined {
  const text = body['text'];
  if (kind === 'text' || kind === 'note') {
    if (typeof text !== 'string' || text.length === 0) return 'E_BAD_FRAME';
    let points = 0;
    for (const point of text) {
      const code = point.codePointAt(0)!;
      if (code === 0 || (code >= 0xd800 && code <= 0xdfff)) return 'E_BAD_FRAME';
      points++;
    }
    if (points > limits.text) return 'E_TOO_BIG';
  }
  // the frame around it (ids, `after`, `reply`) stays below 512 bytes
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length;
  return bytes + 512 > limits.bytes ? 'E_TOO_BIG' : undefined;
}
