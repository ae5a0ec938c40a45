// Typing signals: at most one `on` per conversation in 3 s, which keeps a 6 s expiry alive; `off` at once.

const EVERY_MS = 3_000;

export class TypingGate {
  readonly #send: (conv: string, on: boolean, text?: string) => void;
  readonly #last = new Map<string, number>();

  constructor(send: (conv: string, on: boolean, text?: string) => void) {
    this.#send = send;
  }

  set(conv: string, on: boolean, text?: string): void {
    const last = this.#last.get(conv);
    if (!on) {
      if (last === undefined) return;
      this.#last.delete(conv);
      return this.#send(conv, false);
    }
    const now = Date.now();
    if (last !== undefined && now - last < EVERY_MS) return;
    this.#last.set(conv, now);
    this.#send(conv, true, text);
  }

  /** The message itself ends the signal on the other side. */
  sent(conv: string): void {
    this.#last.delete(conv);
  }
}
