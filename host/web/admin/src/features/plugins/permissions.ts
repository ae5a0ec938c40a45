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

/** The manifest leaves the hosts open: `http:*` means those that the operator names in the grant. */
const isOpen = (permission: string): boolean => permission === 'http:*' || permission === 'http'
export const namesHosts = (asked: readonly string[]): boolean => asked.some(isOpen)
/** What is asked by name, one switch each. */
export const switches = (asked: readonly string[]): string[] => asked.filter((p) => !isOpen(p))

export const hostsOf = (granted: readonly string[], asked: readonly string[]): string[] => granted.filter((p) => p.startsWith('http:') && p !== 'http:*' && !asked.includes(p)).map((p) => p.slice(5))

/** The grant with these hosts instead of the ones it had; a pasted address is taken for its host. */
export function withHosts(granted: readonly string[], asked: readonly string[], text: string): { permissions: string[]; wrong: string[] } {
  const hosts = text
    .split(/[\n,;]+/)
    .map((line) => line.trim().toLowerCase().replace(/^https?:\/\//, '').replace(/\/.*$/, ''))
    .filter(Boolean)
  const wrong = hosts.filter((host) => !/^[a-z0-9.-]+(:\d{1,5})?$/.test(host))
  const others = granted.filter((p) => !p.startsWith('http:') || asked.includes(p)).filter((p) => !isOpen(p))
  return { permissions: [...others, ...new Set(hosts.filter((host) => !wrong.includes(host)).map((host) => `http:${host}`))], wrong }
}
