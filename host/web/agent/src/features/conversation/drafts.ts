// Unsent text, kept on this device: one draft per agent and conversation. It survives a reload, a crash and a sign-out by
// the server; it goes away when the text is sent or emptied.

const PREFIX = 'hotdesk.agent.draft';
const KEPT = 200;

export interface Store {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class Drafts {
  constructor(
    private readonly user: string,
    private readonly store: Store = localStorage,
  ) {}

  load(conv: string): string {
    try {
      return parse(this.store.getItem(this.key(conv)))?.text ?? '';
    } catch {
      return '';
    }
  }

  /** Returns whether the text is safe on this device: storage may be full or forbidden. */
  save(conv: string, text: string, now: number = Date.now()): boolean {
    try {
      if (text.trim() === '') {
        this.store.removeItem(this.key(conv));
        return true;
      }
      this.store.setItem(this.key(conv), JSON.stringify({ text, at: now }));
      this.trim();
      return true;
    } catch {
      return false;
    }
  }

  private key(conv: string): string {
    return `${PREFIX}.${this.user}.${conv}`;
  }

  private trim(): void {
    const kept: { key: string; at: number }[] = [];
    for (let i = 0; i < this.store.length; i += 1) {
      const key = this.store.key(i);
      if (key?.startsWith(`${PREFIX}.`)) kept.push({ key, at: parse(this.store.getItem(key))?.at ?? 0 });
    }
    kept.sort((a, b) => b.at - a.at);
    for (const { key } of kept.slice(KEPT)) this.store.removeItem(key);
  }
}

function parse(value: string | null): { text: string; at: number } | null {
  if (value === null) return null;
  try {
    const draft: unknown = JSON.parse(value);
    if (typeof draft !== 'object' || draft === null) return null;
    const { text, at } = draft as { text?: unknown; at?: unknown };
    return typeof text === 'string' ? { text, at: typeof at === 'number' ? at : 0 } : null;
  } catch {
    return null;
  }
}
