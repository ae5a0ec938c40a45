// Where this visitor is remembered: this frame's own storage. A browser that gives frames none (private windows that
// block third-party storage) would make a stranger of them with every page, so there the site's page keeps it for us.
import type { KeyValue } from '@hotdesk/client';

export interface PanelStorage extends KeyValue {
  /** What the page kept from before. */
  seed(kept: Record<string, string> | undefined): void;
}

export function panelStorage(keep: (kept: Record<string, string>) => void): PanelStorage {
  let own: Storage | undefined;
  try {
    own = localStorage;
    own.getItem('');
  } catch {
    own = undefined;
  }
  const kept: Record<string, string> = {};
  return {
    getItem: (key) => (own ? own.getItem(key) : (kept[key] ?? null)),
    setItem(key, value) {
      if (own) return own.setItem(key, value);
      kept[key] = value;
      keep(kept);
    },
    seed(from) {
      for (const [key, value] of Object.entries(from ?? {})) if (typeof value === 'string') kept[key] ??= value;
    },
  };
}
