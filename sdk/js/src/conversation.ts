// What one tab knows of one conversation, kept drawable: messages and timeline entries in `seq` order, then what is
// still unsent, with ticks. Everything that arrives may arrive twice and in any order.
import type { Author, Body, Entry, EntryKind, Page } from './frames.js';
import type { OutboxView } from './engine.js';

export type Tick = 'waiting' | 'sending' | 'failed' | 'sent' | 'delivered' | 'read';

export interface TimelineItem {
  /** Stable for drawing: a message keeps it from unsent to read. */
  key: string;
  seq?: number;
  mid?: string;
  kind: EntryKind;
  from?: Author;
  body: Body;
  ts: number;
  mine: boolean;
  recalled: boolean;
  reply?: string;
  /** Only on own messages. */
  tick?: Tick;
  error?: { code: string; msg: string; next?: string };
}


/** Whom a `transferred` entry names: `to` is {assignee?, department}. */
function transferredTo(body: Record<string, unknown>): { id: string; name: string } | undefined {
  const to = body['to'];
  const person = typeof to === 'object' && to !== null && 'assignee' in to ? to.assignee : to;
  return isPerson(person) ? person : undefined;
}

/** Up to where others have received and read, and the own read mark: what pages don't tell. */
export interface Marks {
  delivered: number;
  read: number;
  own: number;
}

export type Status = 'new' | 'bot' | 'waiting' | 'open' | 'snoozed' | 'closed';

export interface Typist {
  from: Author;
  text?: string;
  until: number;
}

const MESSAGES = new Set<EntryKind>(['text', 'file', 'card', 'note']);
const TYPING_MS = 6_000;

export function isMessage(kind: EntryKind): boolean {
  return MESSAGES.has(kind);
}

export class Conversation {
  readonly id: string;
  readonly #me: () => string | undefined;
  readonly #role: 'visitor' | 'agent';
  readonly #items = new Map<number, TimelineItem>();
  readonly #recalled = new Set<string>();
  #unsent: OutboxView[] = [];
  #marks: Marks = { delivered: 0, read: 0, own: 0 };
  #typists = new Map<string, Typist>();
  #drawn: readonly TimelineItem[] | undefined;
  #sorted: TimelineItem[] | undefined;
  #oldest = Infinity;
  /** Nothing older exists. */
  complete = false;
  /** A page of it has arrived since the last reset. */
  loaded = false;

  constructor(id: string, me: () => string | undefined, role: 'visitor' | 'agent', marks?: Marks) {
    this.id = id;
    this.#me = me;
    this.#role = role;
    if (marks) this.#marks = { ...marks };
  }

  /** Everything to draw, oldest first. The same array until something changes. */
  get items(): readonly TimelineItem[] {
    return (this.#drawn ??= this.#draw());
  }
  get marks(): Readonly<Marks> {
    return this.#marks;
  }
  get newest(): number {
    return this.#inOrder().at(-1)?.seq ?? 0;
  }
  /** The lowest `seq` known: older pages start before it. */
  get oldest(): number {
    return this.#oldest;
  }
  get typists(): readonly Typist[] {
    return [...this.#typists.values()];
  }

  /** Messages of others beyond the own read mark. */
  get unread(): number {
    let n = 0;
    for (const item of this.#items.values()) if (item.seq! > this.#marks.own && !item.mine && isMessage(item.kind) && !item.recalled) n++;
    return n;
  }

  get status(): Status {
    for (const item of [...this.#inOrder()].reverse()) {
      switch (item.kind) {
        case 'closed':
          return 'closed';
        case 'opened':
        case 'reopened':
          return item.body['bot'] === true ? 'bot' : 'waiting';
        case 'system':
          if (item.body['code'] === 'handed_over') return 'waiting';
          if (item.body['code'] === 'with_bot') return 'bot';
          break;
        case 'assigned':
          return item.body['assignee'] ? 'open' : 'waiting';
        case 'transferred':
          return transferredTo(item.body) ? 'open' : 'waiting';
      }
    }
    return this.#items.size > 0 ? 'open' : 'new';
  }

  /** Who looks after it, as far as the loaded entries tell. */
  get assignee(): { id: string; name: string } | undefined {
    for (const item of [...this.#inOrder()].reverse()) {
      const person = item.kind === 'assigned' ? item.body['assignee'] : item.kind === 'transferred' ? transferredTo(item.body) : undefined;
      if (isPerson(person)) return person;
      if (item.kind === 'opened' || item.kind === 'reopened' || item.kind === 'transferred') return undefined;
    }
    return undefined;
  }

  /** Returns whether anything to draw has changed. */
  apply(entry: Entry): boolean {
    if (entry.kind === 'read' || entry.kind === 'delivered') return this.#mark(entry);
    if (entry.seq === undefined) return false;
    if (entry.kind === 'recall') this.#recall(entry.body['mid']);
    const item = this.#toItem(entry);
    const known = this.#items.get(entry.seq);
    // an ack's own entry lacks role and name: a later copy completes it, an earlier one isn't spoilt by it
    if (known && item.from?.role === '' && known.from?.role !== '') return false;
    this.#items.set(entry.seq, item);
    this.#oldest = Math.min(this.#oldest, entry.seq);
    if (item.from) this.#typists.delete(item.from.id);
    if (item.mine && isMessage(item.kind) && entry.seq > this.#marks.own) this.#marks.own = entry.seq; // writing implies reading
    this.#touch();
    return true;
  }

  /** A page that was asked for with `before` (`older`) or `after`. */
  applyPage(page: Page, older: boolean): void {
    for (const item of page.items) this.apply(item);
    const first = page.items[0]?.seq;
    if (older && !this.loaded && first !== undefined) {
      // entries that came before the first page may have a hole towards it
      for (const seq of [...this.#items.keys()]) if (seq < first) this.#items.delete(seq);
      this.#oldest = first;
      this.#touch();
    }
    this.loaded = true;
    if (older && !page.more) this.complete = true;
    this.#drawn = undefined;
  }

  /** What is known may have a hole towards what comes: forget it and load pages again. */
  reset(): void {
    this.#items.clear();
    this.#oldest = Infinity;
    this.complete = false;
    this.loaded = false;
    this.#touch();
  }

  setUnsent(items: OutboxView[]): boolean {
    if (items.length === 0 && this.#unsent.length === 0) return false;
    this.#unsent = items;
    this.#drawn = undefined;
    return true;
  }

  /** The own read mark moved, here or on another device. */
  readTo(seq: number): boolean {
    if (seq <= this.#marks.own) return false;
    this.#marks.own = seq;
    return true;
  }

  typing(from: Author, on: boolean, text: string | undefined, now: number): void {
    if (on) this.#typists.set(from.id, { from, until: now + TYPING_MS, ...(text === undefined ? {} : { text }) });
    else this.#typists.delete(from.id);
  }

  /** Drops typists who went quiet; returns whether any did. */
  expireTyping(now: number): boolean {
    let changed = false;
    for (const [id, typist] of this.#typists) if (typist.until <= now) changed = this.#typists.delete(id) || changed;
    return changed;
  }

  #mark(entry: Entry): boolean {
    const seq = Number(entry.body['seq'] ?? 0);
    if (entry.from?.id === this.#me()) return entry.kind === 'read' && this.readTo(seq);
    // an agent's ticks tell what the visitor has seen; a colleague's reading says nothing about that
    if (this.#role === 'agent' && entry.from && entry.from.role !== 'visitor') return false;
    const before = { ...this.#marks };
    if (entry.kind === 'read') this.#marks.read = Math.max(before.read, seq);
    this.#marks.delivered = Math.max(before.delivered, seq);
    if (before.read === this.#marks.read && before.delivered === this.#marks.delivered) return false;
    this.#drawn = undefined;
    return true;
  }

  #recall(mid: unknown): void {
    if (typeof mid !== 'string') return;
    this.#recalled.add(mid);
    for (const item of this.#items.values()) if (item.mid === mid) Object.assign(item, { recalled: true, body: {} });
  }

  #toItem(entry: Entry): TimelineItem {
    const recalled = entry.recalled === true || (entry.mid !== undefined && this.#recalled.has(entry.mid));
    return {
      key: entry.mid !== undefined && isMessage(entry.kind) ? entry.mid : `s${entry.seq}`,
      seq: entry.seq!,
      kind: entry.kind,
      body: recalled ? {} : entry.body,
      ts: entry.ts,
      mine: entry.from !== undefined && entry.from.id === this.#me(),
      recalled,
      ...(entry.mid === undefined ? {} : { mid: entry.mid }),
      ...(entry.from === undefined ? {} : { from: entry.from }),
      ...(entry.reply === undefined ? {} : { reply: entry.reply }),
    };
  }

  #touch(): void {
    this.#drawn = undefined;
    this.#sorted = undefined;
  }

  #inOrder(): TimelineItem[] {
    return (this.#sorted ??= [...this.#items.values()].sort((a, b) => a.seq! - b.seq!));
  }

  #draw(): TimelineItem[] {
    const mids = new Set<string>();
    const drawn: TimelineItem[] = this.#inOrder().map((item) => {
      if (item.mid !== undefined) mids.add(item.mid);
      return item.mine && isMessage(item.kind) ? { ...item, tick: this.#tick(item.seq!) } : { ...item };
    });
    for (const item of this.#unsent) {
      if (mids.has(item.mid)) continue; // committed already; the store hears of it in a moment
      drawn.push({
        key: item.mid,
        mid: item.mid,
        kind: item.kind,
        body: item.body,
        ts: item.created,
        mine: true,
        recalled: false,
        tick: item.failed ? 'failed' : item.sending ? 'sending' : 'waiting',
        ...(item.failed ? { error: item.failed } : {}),
        ...(item.reply === undefined ? {} : { reply: item.reply }),
      });
    }
    return drawn;
  }

  #tick(seq: number): Tick {
    if (seq <= this.#marks.read) return 'read';
    return seq <= this.#marks.delivered ? 'delivered' : 'sent';
  }
}

function isPerson(value: unknown): value is { id: string; name: string } {
  if (typeof value !== 'object' || value === null) return false;
  const person = value as { id?: unknown; name?: unknown; kind?: unknown; department?: unknown };
  return typeof person.id === 'string' && typeof person.name === 'string' && person.kind !== 'department';
}
