// Language and theme: chosen here, kept on the device, applied at once.
import { LOCALES, setLocale, type HotdeskI18n, type Locale } from '@hotdesk/ui/i18n';
import type { ThemeChoice, ThemeControl } from '@hotdesk/ui/theme';
import { computed, inject, ref, type InjectionKey, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';

export interface Preferences {
  i18n: HotdeskI18n;
  theme: ThemeControl;
  choice: Ref<ThemeChoice>;
}

export const PREFERENCES: InjectionKey<Preferences> = Symbol('preferences');

export function makePreferences(i18n: HotdeskI18n, theme: ThemeControl): Preferences {
  return { i18n, theme, choice: ref(theme.choice) };
}

export function usePreferences() {
  const found = inject(PREFERENCES);
  if (found === undefined) throw new Error('preferences are provided by main.ts');
  const { locale } = useI18n();
  const language = computed({
    get: () => locale.value as Locale,
    set: (value: Locale) => setLocale(found.i18n, value),
  });
  const theme = computed({
    get: () => found.choice.value,
    set: (value: ThemeChoice) => {
      found.theme.set(value);
      found.choice.value = value;
    },
  });
  return { language, theme, languages: LOCALES };
}
