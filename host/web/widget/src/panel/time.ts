// Times as the timeline shows them, in the visitor's own zone.
import { t, locale } from './i18n.js';

const tag = (): string => (locale.value === 'zh' ? 'zh-CN' : 'en');

export function clock(ts: number): string {
  return new Intl.DateTimeFormat(tag(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ts);
}

function midnight(ts: number): number {
  return new Date(ts).setHours(0, 0, 0, 0);
}

export function sameDay(a: number, b: number): boolean {
  return midnight(a) === midnight(b);
}

export function day(ts: number, now: number = Date.now()): string {
  const days = Math.round((midnight(now) - midnight(ts)) / 86_400_000);
  if (days === 0) return t('day.today');
  if (days === 1) return t('day.yesterday');
  const year = new Date(ts).getFullYear() === new Date(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return new Intl.DateTimeFormat(tag(), { month: 'long', day: 'numeric', ...year }).format(ts);
}
