import { createI18n } from 'vue-i18n'
import en from './locales/en.json'
import zh from './locales/zh.json'

export type Locale = 'zh' | 'en'

/** The browser's languages, first known wins; nothing known reads English. */
export function pickLocale(stored: string | null, wanted: readonly string[]): Locale {
  if (stored === 'zh' || stored === 'en') return stored
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return 'zh'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'en'
}

export const i18n = createI18n({ legacy: false, locale: 'en' as string, fallbackLocale: 'en', messages: { en, zh } })
export const t = (key: string, values: Record<string, unknown> = {}): string => i18n.global.t(key, values)

/** For Intl: dates and numbers follow the panel's language, not the browser's. */
export const tag = (): string => (i18n.global.locale.value === 'zh' ? 'zh-CN' : 'en-GB')
