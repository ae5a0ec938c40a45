// Two flat message files and `{name}` holes: all the widget needs, at a hundredth of a library's bytes.
import { ref } from 'vue';
import { detectLocale, htmlLang, storeLocale, storedLocale, type Locale } from '@hotdesk/ui/locale';
import en from './locales/en.json';
import zh from './locales/zh.json';

export type Key = keyof typeof en;
const messages: Record<Locale, Record<Key, string>> = { en, zh };

export const locale = ref<Locale>('en');

export function t(key: Key, holes: Record<string, string | number> = {}): string {
  return messages[locale.value][key].replace(/\{(\w+)\}/g, (_, name: string) => String(holes[name] ?? ''));
}

/** The key where there is such a message, else undefined: for codes that come from a server. */
export function known(key: string): Key | undefined {
  return key in en ? (key as Key) : undefined;
}

/** The first wish that is a language; without one, what the visitor chose or the browser prefers. */
export function useLocale(...wishes: (string | undefined)[]): void {
  const wish = wishes.find((value) => value === 'zh' || value === 'en') as Locale | undefined;
  locale.value = wish ?? detectLocale();
  document.documentElement.lang = htmlLang(locale.value);
}

/** The visitor's own choice, then what the page's author wishes, then what the site's settings say. */
export function startLocale(...wishes: (string | undefined)[]): void {
  useLocale(storedLocale(), ...wishes);
}

/** The visitor's own choice; kept. */
export function chooseLocale(next: Locale): void {
  storeLocale(next);
  locale.value = next;
  document.documentElement.lang = htmlLang(next);
}
