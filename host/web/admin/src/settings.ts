import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'
import { i18n, pickLocale, type Locale } from './i18n'

export type Theme = 'light' | 'dark' | 'auto'

const keyOfLocale = 'hotdesk.locale'
const keyOfTheme = 'hotdesk.theme'

/** A browser that forbids storage still gets a working panel. */
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Kept for this page only.
  }
}

/** Language and theme of this browser: known before anybody signs in. */
export const useSettings = defineStore('settings', () => {
  const locale = ref<Locale>(pickLocale(stored(keyOfLocale), navigator.languages))
  const saved = stored(keyOfTheme)
  const theme = ref<Theme>(saved === 'light' || saved === 'dark' ? saved : 'auto')

  const system = matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemDark.value = event.matches))

  watchEffect(() => {
    i18n.global.locale.value = locale.value
    document.documentElement.lang = locale.value === 'zh' ? 'zh-CN' : 'en'
  })
  watchEffect(() => {
    document.documentElement.dataset.theme = theme.value === 'auto' ? (systemDark.value ? 'dark' : 'light') : theme.value
  })

  function setLocale(value: Locale): void {
    locale.value = value
    store(keyOfLocale, value)
  }
  function setTheme(value: Theme): void {
    theme.value = value
    store(keyOfTheme, value)
  }
  const isDark = (): boolean => theme.value === 'dark' || (theme.value === 'auto' && systemDark.value)
  return { locale, theme, setLocale, setTheme, isDark }
})
