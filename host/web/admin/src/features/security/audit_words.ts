import { i18n, t } from '../../i18n'

const knows = i18n.global.te as (key: string) => boolean

/** "plugin.activate" in words; an action this panel does not know yet is shown as it comes. */
export function actionWords(action: string): string {
  const key = `security.action.${action.replace(/[.:-]/g, '_')}`
  return knows(key) ? t(key) : action
}

/** The detail of an entry on one line: text as it is, an object as "version 1.1.0 · percent 10". */
export function detailWords(detail: unknown): string {
  if (detail === null || detail === undefined || detail === '') return ''
  if (typeof detail === 'string') {
    const parsed = tryObject(detail)
    return parsed ? detailWords(parsed) : detail
  }
  if (typeof detail !== 'object') return String(detail)
  const { stable, was, ...rest } = detail as Record<string, unknown>
  // A change of release: from which version to which.
  const release = stable !== undefined && was !== undefined ? (stable === was || was === '' ? String(stable) : `${String(was)} → ${String(stable)}`) : ''
  const others = Object.entries(release ? rest : (detail as Record<string, unknown>))
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' · ')
  return [release, others].filter(Boolean).join(' · ')
}

function tryObject(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(text)
    return value && typeof value === 'object' ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
