// Colours of the panel and of the launcher: theme, and the site's accent in place of the brand.
import { inject, shallowRef, watchEffect, type InjectionKey, type ShallowRef } from 'vue';
import { startTheme, type Theme, type ThemeChoice } from '@hotdesk/ui/theme';
import type { WidgetSettings } from '@hotdesk/client';
import type { ToLoader } from '../shared/messages.js';
import { accentTokens } from './accent.js';
import { locale, t } from './i18n.js';

/** The colours that are the design's own: the tokens say them better, each theme in its own shade. */
const OWN_BLUE = new Set(['#265adf', '#2457e6']);

export interface Look {
  theme: ShallowRef<Theme>;
  /** What the page's author wishes; the visitor's own choice stays. */
  wish(choice: ThemeChoice): void;
  flip(): void;
  /** Tells the launcher again: it may not have been listening before. */
  tell(): void;
}

export const lookKey: InjectionKey<Look> = Symbol('look');
export function useLook(): Look {
  return inject(lookKey)!;
}

export function createLook(settings: ShallowRef<WidgetSettings>, post: (message: ToLoader) => void): Look {
  const control = startTheme();
  const theme = shallowRef<Theme>(control.theme);
  control.watch((now) => (theme.value = now));
  let set: string[] = [];
  let told: ToLoader | undefined;

  watchEffect(() => {
    const { color, position, title } = settings.value;
    const style = document.documentElement.style;
    for (const name of set) style.removeProperty(name);
    const tokens = color && !OWN_BLUE.has(color.toLowerCase()) ? accentTokens(color, theme.value) : undefined;
    for (const [name, value] of Object.entries(tokens ?? {})) style.setProperty(name, value);
    set = Object.keys(tokens ?? {});
    told = {
      t: 'look',
      position: position === 'left' ? 'left' : 'right',
      theme: theme.value,
      locale: locale.value,
      title: title || t('panel'),
      ...(tokens ? { color: tokens['--hd-brand']!, onColor: tokens['--hd-on-brand']! } : {}),
    };
    post(told);
  });

  return {
    theme,
    wish: (choice) => control.set(choice, false),
    tell: () => told && post(told),
    flip: () => control.set(theme.value === 'dark' ? 'light' : 'dark'),
  };
}
