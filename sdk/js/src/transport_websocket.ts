// One WebSocket behind a small interface, so that tests and tabs can put something else there.
import { CLOSE_ABNORMAL } from './codes.js';
import { RESUME_PREFIX, SUBPROTOCOL, type ConnectSet } from './frames.js';

export interface Transport {
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface TransportEvents {
  open(): void;
  message(text: string): void;
  /** Comes exactly once. `opened` tells a refused upgrade from a lost connection: both are 1006 in a browser. */
  close(code: number, reason: string, opened: boolean): void;
}

export interface ConnectRequest {
  url: string;
  protocols: string[];
}

export type OpenTransport = (request: ConnectRequest, events: TransportEvents) => Transport;

/** The first connect: the signed set goes into the query. `endpoint` is `wss://HOST/ws`. */
export function requestBySet(endpoint: string, set: ConnectSet): ConnectRequest {
  const query = new URLSearchParams();
  for (const key of ['site', 'role', 'user', 'ts', 'nonce', 'kid', 'sig'] as const) query.set(key, String(set[key]));
  return { url: `${endpoint}?${query.toString()}`, protocols: [SUBPROTOCOL] };
}

/** A reconnect: the token travels as a second subprotocol value, never in the URL, which proxies log. */
export function requestByToken(endpoint: string, rt: string): ConnectRequest {
  return { url: endpoint, protocols: [SUBPROTOCOL, RESUME_PREFIX + rt] };
}

export const openWebSocket: OpenTransport = (request, events) => {
  const socket = new WebSocket(request.url, request.protocols);
  let opened = false;
  let ended = false;
  const end = (code: number, reason: string): void => {
    if (ended) return;
    ended = true;
    events.close(code, reason, opened);
  };
  socket.onopen = () => {
    opened = true;
    events.open();
  };
  socket.onmessage = (event: MessageEvent) => {
    // the protocol has text frames only; a binary one from a server is none of ours
    if (!ended && typeof event.data === 'string') events.message(event.data);
  };
  socket.onclose = (event: CloseEvent) => end(event.code || CLOSE_ABNORMAL, event.reason);
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code = 1000, reason = '') => {
      try {
        socket.close(code, reason);
      } catch {
        socket.close();
      }
    },
  };
};
