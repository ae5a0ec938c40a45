// Unread counts. A conversation's numbers count events too, so the exact count needs its messages; until they are
// loaded the gap between the last number and the read mark is an upper bound.
import { isMessage, type Conversation, type Entry } from '../../model.js';

/** `entries`: what is loaded of the conversation, ascending; undefined where nothing is. */
export function unreadOf(c: Conversation, entries: readonly Entry[] | undefined): number {
  if (c.status === 'closed' || c.seq <= c.read) return 0;
  // writing in a conversation implies reading it
  if (c.last !== null && c.last.from.role !== 'visitor') return 0;
  if (entries === undefined || entries.length === 0) return c.last === null ? 0 : Math.min(c.seq - c.read, c.last.seq);
  let count = 0;
  for (let i = entries.length - 1; i >= 0; i -= 1) {
    const entry = entries[i];
    if (entry === undefined || entry.seq <= c.read) break;
    if (entry.from.role !== 'visitor') {
      if (isMessage(entry.kind)) break;
      continue;
    }
    if (isMessage(entry.kind) && entry.kind !== 'recall') count += 1;
  }
  return count;
}

/** What a badge shows: exact up to 99. */
export function badge(count: number): string {
  return count > 99 ? '99+' : String(count);
}
