// vue-i18n for the agent workspace and the admin panel. Messages come precompiled from the build (see vite.js), so the
// page needs no `unsafe-eval`. Import them as JSON: `import zh from './locales/zh.json'`.
import { createI18n, type I18n } from 'vue-i18n';
import { detectLocale, htmlLang, storeLocale, type Locale } from './locale.js';

export { LOCALES, type Locale } from './locale.js';

type Messages = Record<string, unknown>;
export type HotdeskI18n = I18n<Record<string, never>, Record<string, never>, Record<string, never>, string, false>;

/** Makes the plugin with the detected language on. English answers where Chinese has a hole, and the console says so in development. */
export function createHotdeskI18n(messages: Record<Locale, Messages>, locale: Locale = detectLocale()): HotdeskI18n {
  document.documentElement.lang = htmlLang(locale);
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'en',
    messages: messages as never,
  }) as unknown as HotdeskI18n;
}

export function currentLocale(i18n: HotdeskI18n): Locale {
  return i18n.global.locale.value as Locale;
}

/** Switches the language at once and keeps it for the next visit. */
export function setLocale(i18n: HotdeskI18n, locale: Locale): void {
  i18n.global.locale.value = locale;
  document.documentElement.lang = htmlLang(locale);
  storeLocale(locale);
}
