// One socket from opening to its end: hello and welcome, heartbeats both ways, and the judgement whether it still lives.
import { CLOSE_ABNORMAL } from './codes.js';
import { decodeFrame, type ClientFrame, type Hello, type ServerFrame, type Welcome } from './frames.js';
import type { ConnectRequest, OpenTransport, Transport } from './transport_websocket.js';

export interface ConnectionEvents {
  welcome(welcome: Welcome): void;
  /** Everything but `welcome`s of a connect and the server's pings, which are answered here. */
  frame(frame: ServerFrame): void;
  /** Two heartbeats missed (true), or heard from again (false). */
  stale(stale: boolean): void;
  /** Comes exactly once. */
  close(code: number, reason: string, opened: boolean): void;
}

/** How long an upgrade, and then the `welcome`, may take. */
const OPEN_TIMEOUT_MS = 15_000;
/** How long a probe waits for any sign of life. */
const PROBE_TIMEOUT_MS = 5_000;

export class Connection {
  readonly #events: ConnectionEvents;
  readonly #transport: Transport;
  #opened = false;
  #ended = false;
  #welcomed: Welcome | undefined;
  #heard = 0;
  #pinged = 0;
  #pings = 0;
  #stale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #probe: ReturnType<typeof setTimeout> | undefined;

  constructor(open: OpenTransport, request: ConnectRequest, hello: () => Hello, events: ConnectionEvents) {
    this.#events = events;
    this.#timer = setTimeout(() => this.#end(CLOSE_ABNORMAL, 'timeout'), OPEN_TIMEOUT_MS);
    this.#transport = open(request, {
      open: () => {
        if (this.#ended) return;
        this.#opened = true;
        // made now and not earlier: the cursors may have moved while the upgrade was under way
        this.#transport.send(JSON.stringify(hello()));
      },
      message: (text) => this.#read(text),
      close: (code, reason) => this.#end(code, reason),
    });
  }

  get live(): boolean {
    return !this.#ended && this.#welcomed !== undefined;
  }

  send(frame: ClientFrame): void {
    if (!this.#ended) this.#transport.send(JSON.stringify(frame));
  }

  /** Ends it from this side; `close` is then reported with that code at once, not when the peer agrees. */
  close(code: number, reason: string): void {
    this.#end(code, reason);
  }

  /** Forgets the socket without reporting anything: for one that was replaced. */
  discard(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimers();
    this.#transport.close(1000, 'replaced');
  }

  /** Asks for a sign of life now. After a sleep, a network change, or an ack that is overdue, this finds a dead socket in seconds. */
  probe(): void {
    if (!this.live || this.#probe !== undefined) return;
    this.#ping();
    this.#probe = setTimeout(() => this.#end(CLOSE_ABNORMAL, 'no answer'), PROBE_TIMEOUT_MS);
  }

  #read(text: string): void {
    if (this.#ended) return;
    this.#heard = Date.now();
    clearTimeout(this.#probe);
    this.#probe = undefined;
    if (this.#stale) {
      this.#stale = false;
      this.#events.stale(false);
    }
    const frame = decodeFrame(text);
    if (!frame) return;
    if (frame.t === 'ping') {
      // answered here, in the message handler: timers of background tabs sleep
      this.#transport.send(JSON.stringify({ t: 'pong', n: frame.n }));
      return;
    }
    if (frame.t === 'welcome' && !this.#welcomed) {
      this.#welcomed = frame;
      this.#events.welcome(frame);
      if (!this.#ended) this.#watchHeartbeat();
      return;
    }
    this.#events.frame(frame);
  }

  #watchHeartbeat(): void {
    clearTimeout(this.#timer);
    const welcome = this.#welcomed;
    if (this.#ended || !welcome) return;
    const { ms, timeout } = welcome.hb;
    const silent = Date.now() - this.#heard;
    if (silent >= timeout + ms) return this.#end(CLOSE_ABNORMAL, 'heartbeat');
    if (silent >= ms && Date.now() - this.#pinged >= ms) this.#ping();
    // the server's own pings may come 20 % late
    if (silent >= 2.2 * ms && !this.#stale) {
      this.#stale = true;
      this.#events.stale(true);
    }
    this.#timer = setTimeout(() => this.#watchHeartbeat(), Math.max(250, ms / 5));
  }

  #ping(): void {
    this.#pinged = Date.now();
    this.#transport.send(JSON.stringify({ t: 'ping', n: ++this.#pings }));
  }

  #stopTimers(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#probe);
    this.#probe = undefined;
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopTimers();
    this.#transport.close(code >= 3000 || code === 1000 ? code : 1000, reason);
    this.#events.close(code, reason, this.#opened);
  }
}
