// From timeline items to rows: day dividers, system lines in words, and which bubbles share one line of meta.
import { isMessage, type TimelineItem } from '@hotdesk/client';
import { t, type Key } from '../../i18n.js';
import { day, sameDay } from '../../time.js';

export type Row =
  | { kind: 'day'; key: string; text: string }
  | { kind: 'system'; key: string; text: string; ts: number }
  | { kind: 'message'; key: string; item: TimelineItem; meta: boolean; joined: boolean };

/** Bubbles of one sender within this time share their meta line. */
const RUN_MS = 120_000;

function name(value: unknown): string {
  return typeof value === 'object' && value !== null ? String((value as { name?: unknown }).name ?? '') : '';
}

/** Undefined: nothing a visitor needs to see. */
export function systemText(item: TimelineItem, me: string | undefined): string | undefined {
  const { body } = item;
  switch (item.kind) {
    case 'assigned': {
      const who = name(body['assignee']);
      return who ? t('system.joined', { name: who }) : t('system.waiting');
    }
    case 'transferred': {
      const who = name(body['to']);
      return who ? t('system.transferred', { name: who }) : t('system.waiting');
    }
    case 'closed': {
      const by = body['by'] as { id?: unknown } | string | undefined;
      const id = typeof by === 'object' ? by?.id : by;
      if (item.mine || (me !== undefined && id === me)) return t('system.closedByYou');
      const who = name(by) || item.from?.name || '';
      return who ? t('system.closed', { name: who }) : t('system.closedAuto');
    }
    case 'system':
      return body['code'] === 'handed_over' ? t('system.waiting') : undefined;
    case 'reopened':
      return t('system.reopened');
    case 'rated': {
      const score = Math.min(5, Math.max(1, Math.round(Number(body['score']) || 1)));
      return t('system.rated', { score: t(`rate.${score}` as Key) });
    }
    default:
      return undefined;
  }
}

function sameRun(a: TimelineItem, b: TimelineItem | undefined): boolean {
  return (
    b !== undefined &&
    isMessage(b.kind) &&
    a.mine === b.mine &&
    (a.mine || a.from?.id === b.from?.id) &&
    b.ts - a.ts < RUN_MS &&
    sameDay(a.ts, b.ts)
  );
}

export function toRows(items: readonly TimelineItem[], me: string | undefined): Row[] {
  const rows: Row[] = [];
  let before: TimelineItem | undefined;
  const drawn = items.filter((item) => (isMessage(item.kind) ? item.kind !== 'note' : systemText(item, me) !== undefined));
  drawn.forEach((item, n) => {
    if (!before || !sameDay(before.ts, item.ts)) rows.push({ kind: 'day', key: `d${item.key}`, text: day(item.ts) });
    if (isMessage(item.kind)) {
      const next = drawn[n + 1];
      // a run ends where the tick changes too: each state says itself once
      const meta = !sameRun(item, next) || item.tick !== next?.tick;
      rows.push({ kind: 'message', key: item.key, item, meta, joined: before !== undefined && isMessage(before.kind) && sameRun(before, item) });
    } else rows.push({ kind: 'system', key: item.key, text: systemText(item, me)!, ts: item.ts });
    before = item;
  });
  return rows;
}
