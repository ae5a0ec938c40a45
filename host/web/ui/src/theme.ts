// Light, dark, or whatever the system says, resolved to <html data-theme="light|dark"> as tokens.css wants it.

export type ThemeChoice = 'auto' | 'light' | 'dark';
export type Theme = 'light' | 'dark';

const STORAGE_KEY = 'hotdesk.theme';

export function isThemeChoice(value: unknown): value is ThemeChoice {
  return value === 'auto' || value === 'light' || value === 'dark';
}

export function storedTheme(): ThemeChoice {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return isThemeChoice(value) ? value : 'auto';
  } catch {
    return 'auto';
  }
}

export interface ThemeControl {
  readonly choice: ThemeChoice;
  readonly theme: Theme;
  /** Applies a choice at once; kept for the next visit unless `keep` is false. */
  set(choice: ThemeChoice, keep?: boolean): void;
  /** Calls back with the resolved theme after each change, also when the system changes; returns its own undo. */
  watch(callback: (theme: Theme) => void): () => void;
}

/** Applies the stored (or given) choice to the document. Call once, before the app mounts, so nothing flashes. */
export function startTheme(initial: ThemeChoice = storedTheme()): ThemeControl {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const watchers = new Set<(theme: Theme) => void>();
  let choice = initial;

  const resolve = (): Theme => (choice === 'auto' ? (system.matches ? 'dark' : 'light') : choice);
  const apply = (): void => {
    const theme = resolve();
    document.documentElement.dataset['theme'] = theme;
    for (const watcher of watchers) watcher(theme);
  };
  system.addEventListener('change', apply);
  apply();

  return {
    get choice() {
      return choice;
    },
    get theme() {
      return resolve();
    },
    set(next, keep = true) {
      choice = next;
      if (keep) {
        try {
          localStorage.setItem(STORAGE_KEY, next);
        } catch {
          // kept for this page only
        }
      }
      apply();
    },
    watch(callback) {
      watchers.add(callback);
      return () => watchers.delete(callback);
    },
  };
}
