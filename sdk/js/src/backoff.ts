// Full jitter: a random share of a window that doubles up to a cap, so that many clients cut off together come back spread out.

export interface BackoffOptions {
  baseMs?: number;
  capMs?: number;
  /** A connection that lived this long starts the next series from the base again. */
  stableMs?: number;
  random?: () => number;
}

export class Backoff {
  readonly #base: number;
  readonly #cap: number;
  readonly #stable: number;
  readonly #random: () => number;
  #attempt = 0;

  constructor(options: BackoffOptions = {}) {
    this.#base = options.baseMs ?? 500;
    this.#cap = options.capMs ?? 30_000;
    this.#stable = options.stableMs ?? 60_000;
    this.#random = options.random ?? Math.random;
  }

  get attempt(): number {
    return this.#attempt;
  }

  /** Milliseconds to wait before the next try. */
  next(): number {
    const window = Math.min(this.#cap, this.#base * 2 ** this.#attempt);
    this.#attempt = Math.min(this.#attempt + 1, 16);
    return this.#random() * window;
  }

  /** Call when a live connection ended, with how long it had lived. */
  ended(livedMs: number): void {
    if (livedMs >= this.#stable) this.#attempt = 0;
  }

  reset(): void {
    this.#attempt = 0;
  }
}
