// One socket per browser: among the tabs of one origin and scope, one leads and holds it; the others speak through it.
// Web Locks elect where there is a secure context. A https frame under a plain page has none, so there a BroadcastChannel
// does: ask who leads, and claim when nobody answers. Either way a visible follower makes sure its leader still answers.
import { randomHex } from './ids.js';

/** The part of BroadcastChannel that is used. */
export interface Channel {
  postMessage(data: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
}

/** The part of LockManager that is used. */
export interface Locks {
  request(name: string, options: { signal?: AbortSignal; steal?: boolean }, hold: () => Promise<void>): Promise<unknown>;
}

export interface TabsHandlers {
  /** This tab leads now (true), or no longer does (false). */
  lead(leading: boolean): void;
  /** Another tab took the lead, or the leader answered for the first time: ask it for its state. */
  leader(id: string): void;
  data(data: unknown, from: string): void;
}

export interface TabsOptions {
  scope: string;
  channel?: ((name: string) => Channel) | undefined;
  locks?: Locks | undefined;
  random?: () => number;
  /** Whether a person may be looking at this tab; only such a tab takes the lead from one that doesn't answer. */
  visible?: () => boolean;
}

type Message =
  | { k: 'who'; from: string }
  | { k: 'here'; from: string }
  | { k: 'gone'; from: string }
  | { k: 'data'; from: string; to?: string; data: unknown };

/** How long nobody's answer is waited for before the lead is claimed. */
const ANSWER_MS = 200;
/** How long a leader that is known to exist may take for an answer. */
const PATIENCE_MS = 1_000;
const ASK_EVERY_MS = 10_000;
/** How many questions a leader may leave unanswered before it counts as frozen. */
const MISSES = 3;

export class Tabs {
  readonly id = randomHex(8);
  readonly #handlers: TabsHandlers;
  readonly #options: TabsOptions;
  readonly #name: string;
  readonly #channel: Channel | undefined;
  #locks: Locks | undefined;
  #leading = false;
  #leaderId: string | undefined;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #misses = 0;
  #release: (() => void) | undefined;
  readonly #abort = new AbortController();

  constructor(options: TabsOptions, handlers: TabsHandlers) {
    this.#options = options;
    this.#handlers = handlers;
    this.#name = `hotdesk:${options.scope}`;
    this.#channel = openChannel(options, this.#name);
    this.#locks = options.locks;
    if (!this.#channel) {
      // nothing to share by: every tab is on its own
      queueMicrotask(() => this.#becomeLeader());
      return;
    }
    this.#channel.onmessage = (event) => this.#hear(event.data as Message);
    if (this.#locks) this.#wantLock(this.#locks, false);
    this.#ask();
  }

  get leading(): boolean {
    return this.#leading;
  }
  get shared(): boolean {
    return this.#channel !== undefined;
  }

  /** To the other tabs, or to one of them. Never comes back to this tab. */
  post(data: unknown, to?: string): void {
    this.#say({ k: 'data', from: this.id, data, ...(to === undefined ? {} : { to }) });
  }

  /** This tab becomes visible: find out at once whether the leader still answers. */
  wake(): void {
    if (!this.#leading && !this.#closed && this.#channel) this.#ask();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
    if (this.#leading) {
      this.#leading = false;
      this.#say({ k: 'gone', from: this.id });
      this.#handlers.lead(false);
    }
    this.#release?.();
    this.#channel?.close();
  }

  #say(message: Message): void {
    this.#channel?.postMessage(message);
  }

  #wantLock(locks: Locks, steal: boolean): void {
    const options = steal ? { steal } : { signal: this.#abort.signal };
    void locks
      .request(this.#name, options, () => {
        if (this.#closed) return Promise.resolve();
        this.#becomeLeader();
        return new Promise<void>((resolve) => (this.#release = resolve));
      })
      .catch(() => {
        if (this.#closed) return;
        if (this.#leading) {
          // stolen from this tab, which had been frozen
          this.#stepDown();
          this.#wantLock(locks, false);
        } else if (this.#locks) {
          // a frame without storage has the API and may not use it: the channel has to do
          this.#locks = undefined;
          this.#ask();
        }
      });
  }

  #becomeLeader(): void {
    if (this.#closed || this.#leading) return;
    clearTimeout(this.#timer);
    this.#leading = true;
    this.#leaderId = this.id;
    this.#handlers.lead(true);
    this.#say({ k: 'here', from: this.id });
  }

  #stepDown(): void {
    this.#leading = false;
    this.#leaderId = undefined;
    this.#handlers.lead(false);
    this.#ask();
  }

  #ask(): void {
    clearTimeout(this.#timer);
    this.#say({ k: 'who', from: this.id });
    // spread, so that tabs that start together don't claim together
    const answer = this.#misses > 0 ? PATIENCE_MS : ANSWER_MS;
    const wait = answer + (this.#options.random ?? Math.random)() * ANSWER_MS;
    this.#timer = setTimeout(() => this.#unanswered(), wait);
  }

  #unanswered(): void {
    if (this.#closed || this.#leading) return;
    this.#misses++;
    const visible = this.#options.visible?.() ?? true;
    if (this.#locks) {
      // the lock's holder may only be starting; a visible tab doesn't wait for a frozen one for ever
      if (this.#misses > MISSES && visible) {
        this.#misses = 0;
        this.#wantLock(this.#locks, true);
      }
      return this.#ask();
    }
    // a known leader gets several chances, for it may be busy; an unknown one doesn't exist
    if (this.#leaderId === undefined || (this.#misses > MISSES && visible)) this.#becomeLeader();
    else this.#ask();
  }

  #hear(message: Message): void {
    if (this.#closed || message.from === this.id) return;
    switch (message.k) {
      case 'who':
        if (this.#leading) this.#say({ k: 'here', from: this.id });
        return;
      case 'here':
        return this.#hearLeader(message.from);
      case 'gone':
        if (message.from !== this.#leaderId) return;
        this.#leaderId = undefined;
        if (!this.#locks) this.#ask();
        return;
      case 'data':
        if (message.to === undefined || message.to === this.id) this.#handlers.data(message.data, message.from);
    }
  }

  #hearLeader(id: string): void {
    if (this.#leading) {
      // with locks, this tab's was stolen and it will hear so in a moment
      if (this.#locks) return;
      // two claimed at once: the lower id stays
      if (this.id < id) {
        this.#say({ k: 'here', from: this.id });
        return;
      }
      this.#leading = false;
      this.#handlers.lead(false);
    }
    this.#misses = 0;
    const known = this.#leaderId === id;
    this.#leaderId = id;
    if (!known) this.#handlers.leader(id);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), ASK_EVERY_MS);
  }
}

function openChannel(options: TabsOptions, name: string): Channel | undefined {
  try {
    return options.channel?.(name);
  } catch {
    return undefined; // forbidden where storage is
  }
}

/** The browser's own channel and locks, as far as this page has them. */
export function browserTabs(scope: string): TabsOptions {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  return {
    scope,
    channel:
      typeof BroadcastChannel === 'undefined' ? undefined : (name) => new BroadcastChannel(name) as unknown as Channel,
    locks: globalThis.isSecureContext && locks ? (locks as unknown as Locks) : undefined,
    visible: () => typeof document === 'undefined' || document.visibilityState === 'visible',
  };
}
