import { i18n, t } from '../../i18n'

const knows = i18n.global.te as (key: string) => boolean

/** "plugin.activate" in words; an action this panel does not know yet is shown as it comes. */
export function actionWords(action: string): string {
  const key = `security.action.${action.replace(/[.:-]/g, '_')}`
  return knows(key) ? t(key) : action
}

/** The detail of an entry on one line: text as it is, an object as "Version 1.1.0 · Share 10". */
export function detailWords(detail: unknown): string {
  if (detail === null || detail === undefined || detail === '') return ''
  if (typeof detail === 'string') return detail
  if (typeof detail !== 'object') return String(detail)
  const { stable, was, ...rest } = detail as Record<string, unknown>
  // A change of release: from which version to which.
  const release = stable !== undefined && was !== undefined ? (stable === was || was === '' ? String(stable) : `${String(was)} → ${String(stable)}`) : ''
  const others = Object.entries(release ? rest : (detail as Record<string, unknown>))
    .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== '{}')
    .map(([key, value]) => `${keyWords(key)} ${valueWords(key, value)}`)
  return [release, ...others].filter(Boolean).join(' · ')
}

function keyWords(key: string): string {
  return knows(`security.detail.${key}`) ? t(`security.detail.${key}`) : key
}
/** Lists are joined; of a nested object its keys say enough: the log is for who and when, not for the settings themselves. */
function valueWords(key: string, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'common.on' : 'common.off')
  if (key === 'role' && knows(`role.${String(value)}`)) return t(`role.${String(value)}`)
  if (Array.isArray(value)) return value.map(String).join(', ')
  return typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : String(value)
}
