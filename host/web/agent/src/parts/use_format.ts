// Times and names as people read them, in the language of the page.
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { shortId } from './avatar.js';
import { useNow } from './use_now.js';

const DAY = 86_400_000;

const SHAPES = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  date: { day: 'numeric', month: 'short' },
  date_year: { day: 'numeric', month: 'short', year: 'numeric' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

// making a formatter costs far more than using one
const formatters = new Map<string, Intl.DateTimeFormat>();
function write(tag: string, shape: keyof typeof SHAPES, ms: number): string {
  const key = `${tag} ${shape}`;
  let formatter = formatters.get(key);
  if (formatter === undefined) formatters.set(key, (formatter = new Intl.DateTimeFormat(tag, SHAPES[shape])));
  return formatter.format(ms);
}

const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

export function useFormat() {
  const { t, locale } = useI18n();
  const now = useNow();
  const tag = computed(() => (locale.value === 'zh' ? 'zh-CN' : 'en-GB'));
  // changes once a day, so that what only needs the day isn't drawn anew each second
  const today = computed(() => midnight(now.value));

  const clock = (ms: number): string => write(tag.value, 'clock', ms);
  const date = (ms: number): string => write(tag.value, new Date(ms).getFullYear() === new Date(today.value).getFullYear() ? 'date' : 'date_year', ms);
  const daysAgo = (ms: number): number => Math.round((today.value - midnight(ms)) / DAY);

  /** In lists: the time today, "yesterday", else the date. */
  const when = (ms: number): string => {
    if (ms === 0) return '';
    const days = daysAgo(ms);
    return days <= 0 ? clock(ms) : days === 1 ? t('time.yesterday') : date(ms);
  };
  /** On day dividers. */
  const day = (ms: number): string => {
    const long = write(tag.value, 'day', ms);
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
