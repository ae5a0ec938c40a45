// Which of the two languages a page speaks: what the person chose, else what the browser prefers, else English.

export const LOCALES = ['zh', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

const STORAGE_KEY = 'hotdesk.locale';

export function isLocale(value: unknown): value is Locale {
  return value === 'zh' || value === 'en';
}

/** Maps BCP 47 tags such as `zh-Hant-TW` or `en-GB` to a language we have; undefined where there is none. */
export function matchLocale(tags: readonly string[]): Locale | undefined {
  for (const tag of tags) {
    const language = tag.toLowerCase().split('-')[0];
    if (isLocale(language)) return language;
  }
  return undefined;
}

/** The value for `<html lang>`: the full tag, so that browsers choose the right glyphs for Chinese. */
export function htmlLang(locale: Locale): string {
  return locale === 'zh' ? 'zh-CN' : 'en';
}

// Storage throws in sandboxed frames and where cookies are blocked: a choice that can't be kept is no error.
export function storedLocale(): Locale | undefined {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return isLocale(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function storeLocale(locale: Locale): void {
  try {
    localStorage.setItem(STORAGE_KEY, locale);
  } catch {
    // kept for this page only
  }
}

export function detectLocale(): Locale {
  const tags = navigator.languages.length > 0 ? navigator.languages : [navigator.language];
  return storedLocale() ?? matchLocale(tags) ?? 'en';
}
