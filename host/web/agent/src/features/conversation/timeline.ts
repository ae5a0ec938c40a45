// A conversation's messages and events in memory, and the rows the timeline draws from them.
import { isMessage, type Entry, type Marks, type Pending } from '../../model.js';

export type TickState = 'waiting' | 'sent' | 'delivered' | 'read' | 'failed';

export interface DayRow {
  type: 'day';
  key: string;
  ts: number;
}
export interface EventRow {
  type: 'event';
  key: string;
  entry: Entry;
}
export interface MessageRow {
  type: 'message';
  key: string;
  entry: Entry;
  side: 'visitor' | 'machine' | 'team';
  /** First and last of a run of bubbles by one sender: the first bears the avatar, the last the time. */
  first: boolean;
  last: boolean;
  tick: TickState | null;
  pending: Pending | null;
}
export type Row = DayRow | EventRow | MessageRow;

const RUN_MS = 2 * 60_000;

/** Puts `entry` in its place by number. Returns false when it was there already, so that a repeat changes nothing. */
export function insert(entries: Entry[], entry: Entry): boolean {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.seq ?? 0) < entry.seq) low = middle + 1;
    else high = middle;
  }
  if (entries[low]?.seq === entry.seq) return false;
  entries.splice(low, 0, entry);
  return true;
}

/** A recall empties the message it names, wherever that message is. */
export function applyRecall(entries: Entry[], recall: Entry): void {
  const mid = recall.body['mid'];
  const target = entries.find((e) => e.mid !== undefined && e.mid === mid);
  if (target !== undefined) {
    target.recalled = true;
    target.body = {};
  }
}

/** The first number missing between the oldest and the newest loaded entry, or null. Numbers of one conversation have no holes for its agents. */
export function hole(entries: readonly Entry[]): number | null {
  for (let i = 1; i < entries.length; i += 1) {
    const expected = (entries[i - 1]?.seq ?? 0) + 1;
    if (entries[i]?.seq !== expected) return expected;
  }
  return null;
}

export function tickOf(seq: number, marks: Marks, visitorSpokeUpTo: number): TickState {
  // an answer proves that what came before it was read
  if (marks.read >= seq || visitorSpokeUpTo > seq) return 'read';
  return marks.delivered >= seq ? 'delivered' : 'sent';
}

export function sideOf(entry: Entry): MessageRow['side'] {
  switch (entry.from.role) {
    case 'visitor':
      return 'visitor';
    case 'bot':
    case 'plugin':
      return 'machine';
    default:
      return 'team';
  }
}

export interface RowsInput {
  entries: readonly Entry[];
  pending: readonly Pending[];
  marks: Marks;
  me: { id: string; name: string };
}

export function rows({ entries, pending, marks, me }: RowsInput): Row[] {
  const result: Row[] = [];
  let day = '';
  let visitorSpokeUpTo = 0;
  for (const e of entries) if (e.from.role === 'visitor' && isMessage(e.kind)) visitorSpokeUpTo = Math.max(visitorSpokeUpTo, e.seq);

  const dayBefore = (ts: number, key: string): void => {
    const date = new Date(ts).toDateString();
    if (date === day) return;
    day = date;
    result.push({ type: 'day', key: `day-${key}`, ts });
  };

  for (const entry of entries) {
    if (entry.kind === 'recall') continue;
    const key = entry.mid ?? `seq-${entry.seq}`;
    dayBefore(entry.ts, key);
    if (!isMessage(entry.kind)) {
      result.push({ type: 'event', key, entry });
      continue;
    }
    const side = sideOf(entry);
    const tick = side === 'team' && entry.kind !== 'note' ? tickOf(entry.seq, marks, visitorSpokeUpTo) : null;
    result.push({ type: 'message', key, entry, side, first: true, last: true, tick, pending: null });
  }
  for (const p of pending) {
    dayBefore(p.at, p.mid);
    const entry: Entry = {
      conv: p.conv,
      seq: Number.MAX_SAFE_INTEGER,
      kind: 'text',
      from: { role: 'agent', id: me.id, name: me.name },
      mid: p.mid,
      body: { text: p.text },
      ts: p.at,
    };
    result.push({ type: 'message', key: p.mid, entry, side: 'team', first: true, last: true, tick: p.state, pending: p });
  }
  markRuns(result);
  return result;
}

function markRuns(list: Row[]): void {
  for (let i = 1; i < list.length; i += 1) {
    const before = list[i - 1];
    const row = list[i];
    if (before?.type !== 'message' || row?.type !== 'message') continue;
    const same =
      before.entry.from.id === row.entry.from.id &&
      before.entry.from.role === row.entry.from.role &&
      before.entry.kind !== 'note' &&
      row.entry.kind !== 'note' &&
      row.entry.ts - before.entry.ts < RUN_MS;
    if (!same) continue;
    row.first = false;
    before.last = false;
  }
}
