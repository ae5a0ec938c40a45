import { currentLocale, setLocale as apply, type Locale } from '@hotdesk/ui/i18n'
import { startTheme, type ThemeChoice } from '@hotdesk/ui/theme'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { i18n } from './i18n'

export type { Locale, ThemeChoice }

/** Before the app mounts, so that nothing flashes. */
const control = startTheme()

/** Language and theme of this browser: known before anybody signs in. */
export const useSettings = defineStore('settings', () => {
  const locale = computed(() => (i18n.global.locale.value, currentLocale(i18n)))
  const theme = ref<ThemeChoice>(control.choice)
  const dark = ref(control.theme === 'dark')
  control.watch((now) => (dark.value = now === 'dark'))

  const setLocale = (value: Locale): void => apply(i18n, value)
  function setTheme(value: ThemeChoice): void {
    control.set(value)
    theme.value = value
  }
  return { locale, theme, dark, setLocale, setTheme }
})
