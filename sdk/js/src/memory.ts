// What outlives a reload: this browser's device id, where its feeds stood, and marks that pages don't tell.
// One small JSON text; where storage is forbidden it lasts as long as the page.
import type { Marks } from './conversation.js';
import type { Position } from './engine.js';
import { randomHex } from './ids.js';

export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

interface Saved {
  dev: string;
  position?: Position;
  marks: Record<string, Marks>;
}

/** Marks are kept for the conversations touched last. */
const MARKS_MAX = 100;
const SAVE_AFTER_MS = 500;

export class Memory {
  readonly #storage: KeyValue | undefined;
  readonly #key: string;
  #saved: Saved;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(scope: string, storage: KeyValue | undefined) {
    this.#key = `hotdesk:${scope}`;
    this.#storage = storage;
    this.#saved = this.#load();
  }

  get dev(): string {
    return this.#saved.dev;
  }
  get position(): Position | undefined {
    return this.#saved.position;
  }
  marks(conv: string): Marks | undefined {
    return this.#saved.marks[conv];
  }

  keep(position: Position | undefined, conversations: Iterable<{ id: string; marks: Readonly<Marks> }>): void {
    if (position) this.#saved.position = position;
    const marks = this.#saved.marks;
    for (const { id, marks: now } of conversations) {
      delete marks[id]; // set anew, so that the order is that of the last touch
      marks[id] = { ...now };
    }
    for (const id of Object.keys(marks).slice(0, -MARKS_MAX)) delete marks[id];
    this.#timer ??= setTimeout(() => this.flush(), SAVE_AFTER_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(this.#saved));
    } catch {
      // full or forbidden: a fresh start next time loads pages
    }
  }

  #load(): Saved {
    try {
      const value = JSON.parse(this.#storage?.getItem(this.#key) ?? 'null') as Partial<Saved> | null;
      if (value && typeof value.dev === 'string') return { ...value, dev: value.dev, marks: value.marks ?? {} };
    } catch {
      // unreadable: as if it were the first visit
    }
    const fresh: Saved = { dev: randomHex(16), marks: {} };
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(fresh));
    } catch {
      // lasts as long as the page
    }
    return fresh;
  }
}

export function browserStorage(): KeyValue | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
