import { describe, expect, it } from 'vitest';
import type { LinkState } from '../../link.js';
import { chipOf, GRACE_MS } from './chip.js';

const chip = (state: LinkState, over: { now?: number; network?: boolean } = {}) =>
  chipOf({ state, now: over.now ?? 100_000, network: over.network ?? true, clock: () => '14:21' });

describe('chipOf', () => {
  it('is live with the time a round trip takes, or without before the first one', () => {
    expect(chip({ kind: 'live', ms: 38 })).toMatchObject({ face: 'live', key: 'connection.live_ms', values: { ms: 38 }, bar: null });
    expect(chip({ kind: 'live', ms: null })).toMatchObject({ face: 'live', key: 'connection.live' });
  });

  it('counts what is still missing while it catches up', () => {
    expect(chip({ kind: 'catching', missing: 12 })).toMatchObject({ face: 'catching', values: { n: 12 } });
    expect(chip({ kind: 'catching', missing: 0 })).toMatchObject({ face: 'catching', key: 'connection.catching_some' });
  });

  it('says reconnecting first and raises the bar only after two seconds', () => {
    const state: LinkState = { kind: 'offline', since: 100_000, retryAt: null };
    expect(chip(state, { now: 100_000 + GRACE_MS - 1 })).toMatchObject({ face: 'offline', key: 'connection.reconnecting', bar: null });
    expect(chip(state, { now: 100_000 + GRACE_MS })).toMatchObject({ face: 'offline', key: 'connection.offline', values: { time: '14:21' }, bar: 'reconnecting', canRetry: true });
  });

  it('tells a dead network from a dead server', () => {
    const state: LinkState = { kind: 'offline', since: 0, retryAt: null };
    expect(chip(state, { network: false }).bar).toBe('no_network');
    expect(chip(state, { network: true }).bar).toBe('reconnecting');
  });

  it('offers to come back when another tab took over, and not when the server shut the door', () => {
    expect(chip({ kind: 'stopped', since: 0, why: 'superseded' })).toMatchObject({ bar: 'elsewhere', canRetry: true });
    expect(chip({ kind: 'stopped', since: 0, why: 'banned' })).toMatchObject({ bar: 'stopped', canRetry: false });
  });
});
