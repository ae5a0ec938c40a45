// What the connection chip and the red bar say. The chip has three faces (live, catching up, offline) and is never hidden.
import type { LinkState } from '../../link.js';

export type Face = 'live' | 'catching' | 'offline';

export interface Chip {
  face: Face;
  /** Key in the message files, with its values. */
  key: string;
  values: Record<string, string | number>;
  /** The bar over the sheet: which sentence, or none. */
  bar: 'reconnecting' | 'no_network' | 'elsewhere' | 'stopped' | null;
  canRetry: boolean;
}

/** A drop shorter than this doesn't alarm anybody. */
export const GRACE_MS = 2_000;

export interface ChipInput {
  state: LinkState;
  now: number;
  /** What the browser says about the network. */
  network: boolean;
  clock: (ms: number) => string;
}

export function chipOf({ state, now, network, clock }: ChipInput): Chip {
  switch (state.kind) {
    case 'connecting':
      return { face: 'catching', key: 'connection.connecting', values: {}, bar: null, canRetry: false };
    case 'catching':
      return state.missing > 0
        ? { face: 'catching', key: 'connection.catching', values: { n: state.missing }, bar: null, canRetry: false }
        : { face: 'catching', key: 'connection.catching_some', values: {}, bar: null, canRetry: false };
    case 'live':
      return state.ms === null
        ? { face: 'live', key: 'connection.live', values: {}, bar: null, canRetry: false }
        : { face: 'live', key: 'connection.live_ms', values: { ms: state.ms }, bar: null, canRetry: false };
    case 'offline': {
      if (now - state.since < GRACE_MS) return { face: 'offline', key: 'connection.reconnecting', values: {}, bar: null, canRetry: false };
      const values = { time: clock(state.since) };
      return { face: 'offline', key: 'connection.offline', values, bar: network ? 'reconnecting' : 'no_network', canRetry: true };
    }
    case 'stopped': {
      const values = { time: clock(state.since) };
      return { face: 'offline', key: 'connection.offline', values, bar: state.why === 'superseded' ? 'elsewhere' : 'stopped', canRetry: state.why === 'superseded' };
    }
    default: {
      const never: never = state;
      return never;
    }
  }
}
