// The state machine of one feed: applies what follows the cursor, drops what lies behind it, holds what came too early
// and asks for the gap. It does no I/O: `ask` says "read from this cursor", `apply` hands entries on, in order, once each.
import type { Entry, FeedPosition, Page } from './frames.js';

export const HELD_MAX = 256;

/** An entry that has its place in a feed. */
export type Placed = Entry & { cur: number; prev: number };

export interface FeedHandlers {
  apply(entry: Placed): void;
  /** Send a `sync` from `cur`. Answered by `page`, or void after `disconnected`. */
  ask(cur: number): void;
}

export class Feed {
  readonly name: string;
  readonly #handlers: FeedHandlers;
  #cursor: number;
  #head: number;
  #held = new Map<number, Placed>();
  #asking = false;

  constructor(name: string, cursor: number, handlers: FeedHandlers) {
    this.name = name;
    this.#cursor = cursor;
    this.#head = cursor;
    this.#handlers = handlers;
  }

  get cursor(): number {
    return this.#cursor;
  }
  /** Entries known to exist that aren't applied yet: "catching up (n)". Cursors may skip, so it is an upper bound. */
  get behind(): number {
    return Math.max(0, this.#head - this.#cursor);
  }

  /** The server's word on where this feed stands. True where the old position is lost: pages have to be loaded afresh. */
  welcome(position: FeedPosition): boolean {
    this.#asking = false;
    this.#held.clear();
    if (!position.resumed) {
      const lost = this.#cursor !== position.head;
      this.#cursor = position.cur;
      this.#head = position.head;
      if (this.#head > this.#cursor) this.#ask();
      return lost;
    }
    // resumed: the server pushes what follows `cur` by itself, then says `lag` if there is more
    this.#head = Math.max(position.head, this.#cursor);
    return false;
  }

  push(entry: Placed): void {
    if (entry.cur > this.#head) this.#head = entry.cur;
    if (entry.cur <= this.#cursor) return;
    if (entry.prev === this.#cursor) {
      this.#apply(entry);
      this.#release();
      return;
    }
    // beyond the bound the newest are let go: the page that was asked for brings them
    if (this.#held.size < HELD_MAX) this.#held.set(entry.cur, entry);
    this.#ask();
  }

  page(page: Page): void {
    this.#asking = false;
    if (page.head > this.#head) this.#head = page.head;
    const before = this.#cursor;
    for (const item of page.items) {
      if (item.cur === undefined || item.cur <= this.#cursor) continue;
      this.#apply(item as Placed);
    }
    // `next` can lie beyond the last row where rows were erased
    if (page.next > this.#cursor) this.#cursor = page.next;
    this.#release();
    if (page.more || this.#held.size > 0 || this.#head > this.#cursor) {
      // a page that moved nothing must not be asked for again and again; the next entry or heartbeat asks anew
      if (this.#cursor > before) this.#ask();
      else this.#head = this.#cursor;
    }
  }

  /** The server stopped pushing; a `sync` answered `more:false` makes it live again. */
  lag(head: number): void {
    if (head > this.#head) this.#head = head;
    this.#ask();
  }

  /** A heartbeat's head: beyond the cursor means that a push was missed. */
  hint(head: number): void {
    if (head <= this.#cursor) return;
    if (head > this.#head) this.#head = head;
    this.#ask();
  }

  /** The socket is gone and with it every question asked on it. */
  disconnected(): void {
    this.#asking = false;
    this.#held.clear();
  }

  /** The question failed (`err` with its `re`): ask again when the caller says so. */
  askAgain(): void {
    this.#asking = false;
    this.#ask();
  }

  #ask(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#handlers.ask(this.#cursor);
  }

  #apply(entry: Placed): void {
    this.#cursor = entry.cur;
    this.#held.delete(entry.cur);
    this.#handlers.apply(entry);
  }

  /** Applies what was held and now follows; forgets what a page has overtaken. */
  #release(): void {
    let moved = true;
    while (moved && this.#held.size > 0) {
      moved = false;
      for (const [cur, entry] of this.#held) {
        if (cur <= this.#cursor) this.#held.delete(cur);
        else if (entry.prev === this.#cursor) {
          this.#apply(entry);
          moved = true;
        }
      }
    }
  }
}
