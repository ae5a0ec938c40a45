import { i18n, t } from '../../i18n'
import type { Budgets } from '../../plugin_types'

const knows = i18n.global.te as (key: string) => boolean

/** One amount, flat: of a group ("async_ms" → "router") the parts are joined by a dot. */
export interface Amount {
  name: string
  label: string
  unit: string
  asked: string
  granted: string
  fallback: string
}

export function flatten(budgets: Budgets | null | undefined, prefix = ''): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(budgets ?? {})) {
    if (value !== null && typeof value === 'object') Object.assign(flat, flatten(value, `${prefix}${name}.`))
    else flat[prefix + name] = String(value)
  }
  return flat
}

/** Back into groups; what is empty stays away, so that the default holds. Numbers become numbers. */
export function unflatten(flat: Readonly<Record<string, string>>): Budgets {
  const budgets: Budgets = {}
  for (const [name, text] of Object.entries(flat)) {
    if (text.trim() === '') continue
    const parts = name.split('.')
    let place = budgets
    for (const part of parts.slice(0, -1)) {
      const next = place[part]
      place = place[part] = next !== null && typeof next === 'object' ? next : {}
    }
    const value = Number(text.trim())
    place[parts.at(-1)!] = Number.isFinite(value) ? value : text.trim()
  }
  return budgets
}

const unitOf = (name: string): string => (/_ms$/.test(name) || name.includes('_ms.') ? 'ms' : /_us$/.test(name) ? 'µs' : /_s$/.test(name) ? 's' : /_mib$|_mb$/.test(name) ? 'MiB' : /bytes$/.test(name) ? 'B' : '')

export function labelOf(name: string): string {
  const key = `plugins.budget.${name.replace(/\./g, '_')}`
  if (knows(key)) return t(key)
  // Of a group: its own word, then which one of it.
  const [group, ...which] = name.split('.')
  return which.length && knows(`plugins.budget.${group}`) ? `${t(`plugins.budget.${group}`)} · ${which.join('.')}` : name
}

/** An amount for people: bytes as KiB and MiB, the rest as it is with its unit. */
export function amountWords(text: string, unit: string): string {
  const value = Number(text)
  if (unit !== 'B' || !Number.isFinite(value) || value < 1024) return unit ? `${text} ${unit}` : text
  const [size, name] = value < 1024 * 1024 ? [value / 1024, 'KiB'] : [value / 1024 / 1024, 'MiB']
  return `${Math.round(size * 10) / 10} ${name}`
}

/** Every amount that the package asks for, was granted or has by default, by name. */
export function amounts(asked: Budgets, granted: Budgets, defaults: Budgets): Amount[] {
  const a = flatten(asked)
  const g = flatten(granted)
  const d = flatten(defaults)
  return [...new Set([...Object.keys(d), ...Object.keys(a), ...Object.keys(g)])].map((name) => ({ name, label: labelOf(name), unit: unitOf(name), asked: a[name] ?? '', granted: g[name] ?? '', fallback: d[name] ?? '' }))
}

/** Empty is fine (the default holds); else a whole number of zero or more. The server knows the ends. */
export const amountOk = (text: string): boolean => text.trim() === '' || /^\d{1,15}$/.test(text.trim())
