import { createHotdeskI18n } from '@hotdesk/ui/i18n'
import en from './locales/en.json'
import zh from './locales/zh.json'

export const i18n = createHotdeskI18n({ en, zh })
export const t = (key: string, values: Record<string, unknown> = {}, plural?: number): string => (plural === undefined ? i18n.global.t(key, values) : i18n.global.t(key, values, plural))

/** For Intl: dates and numbers follow the panel's language, not the browser's. */
export const tag = (): string => (i18n.global.locale.value === 'zh' ? 'zh-CN' : 'en-GB')
