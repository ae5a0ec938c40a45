// Keeps one live connection: chooses credentials, backs off, resumes, answers every close code, and moves over on drain.
// It knows nothing of feeds or messages: it asks for the cursors when it says hello and hands frames up.
import { Backoff, type BackoffOptions } from './backoff.js';
import { closeAction } from './codes.js';
import { Connection } from './connection.js';
import { VERSION, type ClientFrame, type ConnectSet, type Drain, type Hello, type ServerFrame, type Welcome } from './frames.js';
import { ProblemError, networkProblem, type Problem } from './problem.js';
import { openWebSocket, requestBySet, requestByToken, type ConnectRequest, type OpenTransport } from './transport_websocket.js';

export type Link =
  | { kind: 'idle' }
  /** `offSince`: when the last live connection ended, for "offline since"; absent before the first. */
  | { kind: 'connecting'; attempt: number; offSince?: number }
  | { kind: 'live'; since: number }
  /** The socket is open, but two heartbeats are missing. */
  | { kind: 'stale'; since: number }
  | { kind: 'waiting'; until: number; attempt: number; offSince?: number; problem?: Problem }
  /** A newer connection of the same device took over; only a person's act connects again. */
  | { kind: 'superseded' }
  /** For good: `code` is the close code, or 0 where the HTTP call for credentials was refused (`problem` says why). */
  | { kind: 'stopped'; code: number; reason: string; problem?: Problem };

export interface SessionOptions {
  /** `wss://HOST/ws` */
  endpoint: string;
  dev: string;
  caps?: string[];
  /** The HTTP call that mints a signed set. Throws ProblemError. */
  mint(): Promise<ConnectSet>;
  /** Epoch and cursors to resume from, if there is anything to resume. */
  resume(): Hello['resume'] | undefined;
  onLink(link: Link): void;
  onWelcome(welcome: Welcome): void;
  onFrame(frame: ServerFrame): void;
  open?: OpenTransport;
  backoff?: BackoffOptions;
  random?: () => number;
  /** A resume token from an earlier leader of the same browser. */
  rt?: string;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #backoff: Backoff;
  readonly #random: () => number;
  #link: Link = { kind: 'idle' };
  #connection: Connection | undefined;
  #replacement: Connection | undefined;
  #rt: string | undefined;
  #endpoint: string;
  #heldSet: ConnectSet | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drainTimer: ReturnType<typeof setTimeout> | undefined;
  #liveSince = 0;
  #offSince: number | undefined;
  // raised whenever a pending mint must not act any more
  #generation = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#backoff = new Backoff({ random: this.#random, ...options.backoff });
    this.#endpoint = options.endpoint;
    this.#rt = options.rt;
  }

  get link(): Link {
    return this.#link;
  }
  get live(): boolean {
    return this.#connection?.live ?? false;
  }
  get rt(): string | undefined {
    return this.#rt;
  }

  start(): void {
    if (this.#link.kind === 'idle') void this.#connect();
  }

  /** A person asked, or the browser came back online: one try at once. On a live socket it asks for a sign of life. */
  kick(): void {
    const kind = this.#link.kind;
    if (kind === 'live' || kind === 'stale') this.#connection?.probe();
    else if (kind === 'waiting' || kind === 'superseded' || kind === 'stopped') void this.#connect();
  }

  /** As `kick`, for signals no person gave (`online`, a tab woken): it never leaves a state that asks for a person. */
  nudge(): void {
    if (this.#link.kind !== 'superseded' && this.#link.kind !== 'stopped') this.kick();
  }

  probe(): void {
    this.#connection?.probe();
  }

  send(frame: ClientFrame): boolean {
    if (!this.live) return false;
    this.#connection!.send(frame);
    return true;
  }

  /** Drops the resume token and connects with a new signed set, as after a log-in that had ended. */
  refresh(): void {
    this.#rt = undefined;
    this.#heldSet = undefined;
    this.#dropConnections();
    void this.#connect();
  }

  stop(): void {
    this.#generation++;
    clearTimeout(this.#timer);
    this.send({ t: 'bye', why: 'leaving' });
    this.#dropConnections();
    this.#set({ kind: 'idle' });
  }

  #dropConnections(): void {
    clearTimeout(this.#drainTimer);
    this.#connection?.discard();
    this.#replacement?.discard();
    this.#connection = this.#replacement = undefined;
  }

  #set(link: Link): void {
    this.#link = link;
    this.#options.onLink(link);
  }

  #since(): { offSince?: number } {
    return this.#offSince === undefined ? {} : { offSince: this.#offSince };
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#timer);
    const generation = ++this.#generation;
    this.#set({ kind: 'connecting', attempt: this.#backoff.attempt, ...this.#since() });
    let request: ConnectRequest;
    if (this.#heldSet) {
      request = requestBySet(this.#endpoint, this.#heldSet);
      this.#heldSet = undefined; // its nonce burns with the first use
    } else if (this.#rt !== undefined) {
      request = requestByToken(this.#endpoint, this.#rt);
    } else {
      try {
        request = requestBySet(this.#endpoint, await this.#options.mint());
      } catch (error) {
        if (generation === this.#generation) this.#mintFailed(error);
        return;
      }
      if (generation !== this.#generation) return;
    }
    this.#connection = this.#open(request);
  }

  #open(request: ConnectRequest): Connection {
    const connection: Connection = new Connection(this.#options.open ?? openWebSocket, request, () => this.#hello(), {
      welcome: (welcome) => this.#welcomed(connection, welcome),
      frame: (frame) => {
        if (connection === this.#connection) this.#frame(frame);
      },
      stale: (stale) => {
        if (connection !== this.#connection) return;
        this.#set(stale ? { kind: 'stale', since: Date.now() } : { kind: 'live', since: this.#liveSince });
      },
      close: (code, reason, opened) => this.#closed(connection, code, reason, opened),
    });
    return connection;
  }

  #hello(): Hello {
    const resume = this.#options.resume();
    return {
      t: 'hello',
      ver: VERSION,
      dev: this.#options.dev,
      caps: this.#options.caps ?? [],
      ...(resume ? { resume } : {}),
    };
  }

  #welcomed(connection: Connection, welcome: Welcome): void {
    this.#rt = welcome.rt;
    if (connection === this.#replacement) {
      // make before break: the new one is live, so the old one may go
      this.#connection?.discard();
      this.#connection = connection;
      this.#replacement = undefined;
    }
    this.#liveSince = Date.now();
    this.#offSince = undefined;
    this.#set({ kind: 'live', since: this.#liveSince });
    this.#options.onWelcome(welcome);
  }

  #frame(frame: ServerFrame): void {
    if (frame.t === 'drain') this.#drain(frame);
    else if (frame.t === 'welcome') this.#rt = frame.rt; // the answer to `auth`
    else if (frame.t === 'err' && frame.code === 'E_VERSION') {
      this.#dropConnections();
      this.#stop(4202, frame.msg);
    } else this.#options.onFrame(frame);
  }

  #drain(frame: Drain): void {
    clearTimeout(this.#drainTimer);
    const delay = Math.max(0, frame.in) + this.#random() * Math.max(0, frame.spread);
    this.#drainTimer = setTimeout(() => {
      if (!this.live || this.#rt === undefined || this.#replacement) return;
      if (frame.url?.startsWith('wss://')) this.#endpoint = frame.url;
      this.#replacement = this.#open(requestByToken(this.#endpoint, this.#rt));
    }, delay);
  }

  #closed(connection: Connection, code: number, reason: string, opened: boolean): void {
    if (connection === this.#replacement) {
      // the old one still serves; when the node closes it, the ordinary way takes over
      this.#replacement = undefined;
      this.#endpoint = this.#options.endpoint;
      return;
    }
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    clearTimeout(this.#drainTimer);
    this.#replacement?.discard();
    this.#replacement = undefined;
    if (this.#liveSince > 0) {
      this.#backoff.ended(Date.now() - this.#liveSince);
      this.#offSince ??= Date.now();
      this.#liveSince = 0;
    }
    if (!opened) return void this.#refused();
    switch (closeAction(code)) {
      case 'resume':
        return this.#wait();
      case 'afresh':
        this.#rt = undefined;
        return this.#wait();
      case 'superseded':
        return this.#set({ kind: 'superseded' });
      case 'stop':
        return this.#stop(code, reason);
    }
  }

  /** A browser hides why an upgrade failed: the call that mints credentials says it. */
  async #refused(): Promise<void> {
    const generation = ++this.#generation;
    this.#endpoint = this.#options.endpoint;
    try {
      const set = await this.#options.mint();
      if (generation !== this.#generation) return;
      this.#heldSet = set;
      this.#wait();
    } catch (error) {
      if (generation === this.#generation) this.#mintFailed(error);
    }
  }

  #mintFailed(error: unknown): void {
    const { problem } = error instanceof ProblemError ? error : networkProblem(error);
    const forNow = problem.status === 0 || problem.status === 408 || problem.status === 429 || problem.status >= 500;
    if (forNow) return this.#wait(problem);
    this.#rt = undefined; // whoever may not have credentials has no use for an older token
    this.#stop(0, problem.detail || problem.title, problem);
  }

  #wait(problem?: Problem): void {
    const delay = Math.max(this.#backoff.next(), (problem?.retryAfter ?? 0) * 1000);
    const attempt = this.#backoff.attempt;
    this.#generation++;
    this.#set({
      kind: 'waiting',
      until: Date.now() + delay,
      attempt,
      ...this.#since(),
      ...(problem ? { problem } : {}),
    });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), delay);
  }

  #stop(code: number, reason: string, problem?: Problem): void {
    this.#generation++;
    clearTimeout(this.#timer);
    this.#set({ kind: 'stopped', code, reason, ...(problem ? { problem } : {}) });
  }
}
