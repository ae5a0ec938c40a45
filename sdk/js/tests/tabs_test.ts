import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Tabs, type Channel } from '../src/tabs.js';
import { ChannelHub, FakeLocks } from './browser_parts.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe.each([
  ['with Web Locks', true],
  ['with BroadcastChannel alone', false],
])('tabs %s', (_name, withLocks) => {
  function browser() {
    const hub = new ChannelHub();
    const locks = withLocks ? new FakeLocks() : undefined;
    const open = (random = 0.5) => {
      let channel: Channel | undefined;
      const heard: unknown[] = [];
      const tabs = new Tabs(
        { scope: 's', channel: (name) => (channel = hub.open(name)), locks, random: () => random },
        { lead: () => undefined, leader: () => undefined, data: (data) => heard.push(data) },
      );
      return { tabs, heard, freeze: () => hub.frozen.add(channel!), thaw: () => hub.frozen.delete(channel!) };
    };
    return { hub, open };
  }
  const leaders = (...tabs: { tabs: Tabs }[]) => tabs.map((tab) => tab.tabs.leading);

  it('elects exactly one of many that start together', async () => {
    const { open } = browser();
    const all = [open(0.1), open(0.1), open(0.9), open(0.5)];
    await vi.advanceTimersByTimeAsync(2_000);
    expect(leaders(...all).filter(Boolean)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(leaders(...all).filter(Boolean)).toHaveLength(1);
  });

  it('leaves the lead where it is when another tab opens', async () => {
    const { open } = browser();
    const first = open();
    await vi.advanceTimersByTimeAsync(1_000);
    const second = open();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(leaders(first, second)).toEqual([true, false]);
  });

  it('moves the lead when the leading tab closes', async () => {
    const { open } = browser();
    const first = open();
    await vi.advanceTimersByTimeAsync(1_000);
    const second = open();
    await vi.advanceTimersByTimeAsync(1_000);
    first.tabs.close();
    await vi.advanceTimersByTimeAsync(500);
    expect(second.tabs.leading).toBe(true);
  });

  it('takes the lead from a frozen tab, which steps down when it wakes', async () => {
    const { open } = browser();
    const first = open();
    await vi.advanceTimersByTimeAsync(1_000);
    const second = open();
    await vi.advanceTimersByTimeAsync(1_000);
    first.freeze();
    second.tabs.wake();
    await vi.advanceTimersByTimeAsync(6_000);
    expect(second.tabs.leading).toBe(true);
    first.thaw();
    second.tabs.post('wake');
    first.tabs.wake();
    await vi.advanceTimersByTimeAsync(20_000);
    // without locks both think they lead until they hear each other: a question brings it out
    if (!withLocks) open();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(leaders(first, second).filter(Boolean)).toHaveLength(1);
  });

  it('carries data to all, or to one', async () => {
    const { open } = browser();
    const [a, b, c] = [open(), open(), open()];
    await vi.advanceTimersByTimeAsync(1_000);
    a.tabs.post('all');
    a.tabs.post('one', c.tabs.id);
    await vi.advanceTimersByTimeAsync(0);
    expect([a.heard, b.heard, c.heard]).toEqual([[], ['all'], ['all', 'one']]);
  });
});

it('falls back to the channel where locks exist and are forbidden, as in a frame without storage', async () => {
  const hub = new ChannelHub();
  const locks = { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
  const make = () => new Tabs({ scope: 's', channel: hub.open, locks, random: () => 0 }, { lead: () => undefined, leader: () => undefined, data: () => undefined });
  const first = make();
  await vi.advanceTimersByTimeAsync(1_000);
  const second = make();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([first.leading, second.leading]).toEqual([true, false]);
});

it('leads itself where even a channel is forbidden', async () => {
  const channel = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const tabs = new Tabs({ scope: 's', channel }, { lead: () => undefined, leader: () => undefined, data: () => undefined });
  await vi.advanceTimersByTimeAsync(0);
  expect(tabs.leading).toBe(true);
});

it('a page that can share nothing leads itself', async () => {
  const tabs = new Tabs({ scope: 's' }, { lead: () => undefined, leader: () => undefined, data: () => undefined });
  await vi.advanceTimersByTimeAsync(0);
  expect(tabs.leading).toBe(true);
});
