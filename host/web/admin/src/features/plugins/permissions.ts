import { i18n, t } from '../../i18n'

const knows = i18n.global.te as (key: string) => boolean

/** One permission in plain words: what it lets the plugin do, and how far that reaches. */
export interface PermissionWords {
  permission: string
  title: string
  text: string
  /** Reaches people's words or the network: worth a second look. */
  reaches: boolean
}

export function permissionWords(permission: string): PermissionWords {
  const [kind, ...rest] = permission.split(':')
  const target = rest.join(':')
  const key = `plugins.permission.${kind}`
  if (!kind || !knows(`${key}.title`)) return { permission, title: permission, text: t('plugins.permission.unknown'), reaches: true }
  return { permission, title: t(`${key}.title`, { host: target }), text: t(`${key}.text`, { host: target }), reaches: ['http', 'messages', 'post'].includes(kind) }
}
