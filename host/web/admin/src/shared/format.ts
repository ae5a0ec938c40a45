import { t, tag } from '../i18n'

export const none = '–'

export const count = (value: number): string => new Intl.NumberFormat(tag()).format(value)

/** A share of 1 as a percentage: two decimals when small, none when there is nothing to round. */
export function percent(share: number): string {
  const value = share * 100
  const digits = value === 0 || value >= 99.95 ? 0 : value < 10 ? 2 : 1
  return `${value.toFixed(digits)}%`
}

/** 0–100 with at most two decimals, as the release knows it. */
export const trimmed = (value: number): string => String(Math.round(value * 100) / 100)

/** Microseconds for people: 39 µs, 4.2 ms, 1.8 s. */
export function micros(us: number | null): string {
  if (us === null) return none
  if (us < 1000) return `${us < 10 && us % 1 !== 0 ? us.toFixed(1) : Math.round(us)} µs`
  if (us < 1_000_000) return `${shorten(us / 1000)} ms`
  return `${shorten(us / 1_000_000)} s`
}
const shorten = (value: number): string => (value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value)))

/** The two largest units of a span: 3 d 4 h, 2 min 5 s. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds))
  const parts: [number, string][] = [
    [Math.floor(s / 86_400), 'time.d'],
    [Math.floor(s / 3600) % 24, 'time.h'],
    [Math.floor(s / 60) % 60, 'time.min'],
    [s % 60, 'time.s'],
  ]
  const first = parts.findIndex(([n]) => n > 0)
  if (first < 0) return t('time.s', { n: 0 })
  return parts
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, key]) => t(key, { n }))
    .join(' ')
}

/** "3 s ago" up to a day, then the date; a clock that runs ahead says "just now". */
export function ago(iso: string, now: number): string {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return none
  const s = Math.floor((now - at) / 1000)
  if (s < 2) return t('time.now')
  if (s < 60) return t('time.ago', { span: t('time.s', { n: s }) })
  if (s < 3600) return t('time.ago', { span: t('time.min', { n: Math.floor(s / 60) }) })
  if (s < 86_400) return t('time.ago', { span: t('time.h', { n: Math.floor(s / 3600) }) })
  return day(iso)
}

const format = (iso: string | number | Date, options: Intl.DateTimeFormatOptions): string => {
  const at = new Date(iso)
  return Number.isNaN(at.getTime()) ? none : new Intl.DateTimeFormat(tag(), options).format(at)
}
export const clockTime = (iso: string | number | Date): string => format(iso, { hour: '2-digit', minute: '2-digit', hour12: false })
export const day = (iso: string): string => format(iso, { year: 'numeric', month: 'short', day: 'numeric' })
/** To the second, in the reader's zone: for logs and tooltips. */
export const exact = (iso: string): string => format(iso, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })

/** One to two letters for an avatar: the first of a Chinese name, the initials of a Latin one. */
export function initials(name: string): string {
  const trimmedName = name.trim()
  if (/\p{Script=Han}/u.test(trimmedName)) return [...trimmedName][0] ?? '?'
  const words = trimmedName.split(/[\s._-]+/).filter(Boolean)
  return (words.slice(0, 2).map((word) => [...word][0]).join('') || '?').toUpperCase()
}

/** Which of the six avatar tints: always the same for one id. */
export function tint(id: string): number {
  let hash = 0
  for (const char of id) hash = (hash * 31 + char.codePointAt(0)!) >>> 0
  return (hash % 6) + 1
}
