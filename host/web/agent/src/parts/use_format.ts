// Times and names as people read them, in the language of the page.
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { shortId } from '../stores/chats.js';
import { useNow } from './use_now.js';

const DAY = 86_400_000;

export function useFormat() {
  const { t, locale } = useI18n();
  const now = useNow();
  const tag = computed(() => (locale.value === 'zh' ? 'zh-CN' : 'en-GB'));

  const clock = (ms: number): string => new Intl.DateTimeFormat(tag.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
  const date = (ms: number): string => {
    const sameYear = new Date(ms).getFullYear() === new Date(now.value).getFullYear();
    return new Intl.DateTimeFormat(tag.value, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' as const }) }).format(ms);
  };
  const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
  const daysAgo = (ms: number): number => Math.round((midnight(now.value) - midnight(ms)) / DAY);

  /** In lists: the time today, "yesterday", else the date. */
  const when = (ms: number): string => {
    if (ms === 0) return '';
    const days = daysAgo(ms);
    return days <= 0 ? clock(ms) : days === 1 ? t('time.yesterday') : date(ms);
  };
  /** On day dividers. */
  const day = (ms: number): string => {
    const long = new Intl.DateTimeFormat(tag.value, { weekday: 'long', day: 'numeric', month: 'long' }).format(ms);
    const days = daysAgo(ms);
    return days === 0 ? t('time.today', { date: long }) : days === 1 ? t('time.yesterday_date', { date: long }) : long;
  };
  /** A span: 40 s, 12 min, 3 h, 2 d. */
  const span = (ms: number): string => {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 60) return t('time.seconds', { n: seconds });
    if (seconds < 3600) return t('time.minutes', { n: Math.floor(seconds / 60) });
    if (seconds < 86_400) return t('time.hours', { n: Math.floor(seconds / 3600) });
    return t('time.days', { n: Math.floor(seconds / 86_400) });
  };
  const since = (ms: number): string => span(now.value - ms);
  const visitorName = (visitor: { id: string; name: string }): string =>
    visitor.name !== '' ? visitor.name : t('visitor.nameless', { id: shortId(visitor.id) });

  return { clock, date, when, day, span, since, visitorName, now };
}
