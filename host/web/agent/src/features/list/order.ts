// Which conversations a tab shows, in which groups and order, and what the counts say.
import type { Conversation } from '../../model.js';

export type Tab = 'mine' | 'waiting' | 'all';
export const TABS: readonly Tab[] = ['mine', 'waiting', 'all'];

export type GroupName = 'ours' | 'theirs' | 'waiting' | 'open' | 'bot' | 'closed';

export interface Group {
  name: GroupName;
  items: Conversation[];
}

export function isMine(c: Conversation, me: string): boolean {
  return c.status !== 'closed' && c.status !== 'waiting' && c.assignee?.id === me;
}

export function isWaiting(c: Conversation): boolean {
  return c.status === 'waiting';
}

/** True when the visitor said the last word, so that somebody owes an answer. */
export function isOurTurn(c: Conversation): boolean {
  return c.last === null || c.last.from.role === 'visitor';
}

export function activityOf(c: Conversation): number {
  return Math.max(c.last?.ts ?? 0, c.openedAt);
}

const newestFirst = (a: Conversation, b: Conversation): number => activityOf(b) - activityOf(a) || a.id.localeCompare(b.id);
// who has waited longest comes first: the queue is fair
const longestFirst = (a: Conversation, b: Conversation): number => a.openedAt - b.openedAt || a.id.localeCompare(b.id);

export function group(tab: Tab, all: Iterable<Conversation>, me: string): Group[] {
  const list = [...all];
  switch (tab) {
    case 'mine': {
      const mine = list.filter((c) => isMine(c, me)).sort(newestFirst);
      return filled([
        { name: 'ours', items: mine.filter(isOurTurn) },
        { name: 'theirs', items: mine.filter((c) => !isOurTurn(c)) },
      ]);
    }
    case 'waiting':
      return filled([{ name: 'waiting', items: list.filter(isWaiting).sort(longestFirst) }]);
    case 'all':
      return filled([
        { name: 'waiting', items: list.filter(isWaiting).sort(longestFirst) },
        { name: 'open', items: list.filter((c) => c.status === 'open' || c.status === 'snoozed').sort(newestFirst) },
        { name: 'bot', items: list.filter((c) => c.status === 'bot').sort(newestFirst) },
        { name: 'closed', items: list.filter((c) => c.status === 'closed').sort(newestFirst) },
      ]);
  }
}

export function counts(all: Iterable<Conversation>, me: string): Record<Tab, number> {
  const result = { mine: 0, waiting: 0, all: 0 };
  for (const c of all) {
    if (isMine(c, me)) result.mine += 1;
    if (isWaiting(c)) result.waiting += 1;
    if (c.status !== 'closed') result.all += 1;
  }
  return result;
}

/** The conversation `step` places after `current` in the order on screen; the ends don't wrap round. */
export function neighbour(groups: readonly Group[], current: string | null, step: 1 | -1): string | null {
  const ids = groups.flatMap((g) => g.items.map((c) => c.id));
  const at = current === null ? -1 : ids.indexOf(current);
  if (at < 0) return ids[step === 1 ? 0 : ids.length - 1] ?? null;
  return ids[at + step] ?? null;
}

function filled(groups: Group[]): Group[] {
  return groups.filter((g) => g.items.length > 0);
}
