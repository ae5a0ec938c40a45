import { describe, expect, it } from 'vitest';
import { Feed, HELD_MAX, type Placed } from '../src/feed.js';
import type { Page } from '../src/frames.js';

const entry = (cur: number, prev = cur - 1): Placed => ({ cur, prev, conv: 'c', seq: cur, kind: 'text', body: { text: `${cur}` }, ts: 0 });
const page = (items: Placed[], next: number, more: boolean, head: number): Page => ({ t: 'page', re: 's', items, next, more, head } as unknown as Page);

function make(cursor = 0) {
  const applied: number[] = [];
  const asked: number[] = [];
  const feed = new Feed('u', cursor, { apply: (e) => applied.push(e.cur), ask: (cur) => asked.push(cur) });
  return { feed, applied, asked };
}

describe('feed', () => {
  it('applies what follows the cursor and drops what lies behind it', () => {
    const { feed, applied, asked } = make(5);
    feed.push(entry(6));
    feed.push(entry(6));
    feed.push(entry(4));
    feed.push(entry(7));
    expect(applied).toEqual([6, 7]);
    expect(feed.cursor).toBe(7);
    expect(asked).toEqual([]);
  });

  it('takes a cursor that skips numbers, as long as the chain holds', () => {
    const { feed, applied } = make(5);
    feed.push(entry(9, 5));
    feed.push(entry(12, 9));
    expect(applied).toEqual([9, 12]);
  });

  it('holds what came too early, asks once, and applies it in order when the gap is filled', () => {
    const { feed, applied, asked } = make(0);
    feed.push(entry(3));
    feed.push(entry(4));
    expect(applied).toEqual([]);
    expect(asked).toEqual([0]);
    feed.page(page([entry(1), entry(2)], 2, false, 4));
    expect(applied).toEqual([1, 2, 3, 4]);
    expect(asked).toEqual([0]);
    expect(feed.behind).toBe(0);
  });

  it('applies a held entry when the missing one is pushed after all', () => {
    const { feed, applied } = make(0);
    feed.push(entry(2));
    feed.push(entry(1));
    expect(applied).toEqual([1, 2]);
  });

  it('never holds more than its bound and still loses nothing', () => {
    const { feed, applied, asked } = make(0);
    const last = HELD_MAX + 50;
    for (let cur = 2; cur <= last; cur++) feed.push(entry(cur));
    feed.page(page([entry(1)], 1, true, last));
    expect(applied.at(-1)).toBe(HELD_MAX + 1);
    while (feed.cursor < last) {
      const from = asked.at(-1)!;
      feed.page(page(Array.from({ length: Math.min(100, last - from) }, (_, i) => entry(from + 1 + i)), Math.min(from + 100, last), from + 100 < last, last));
    }
    expect(applied).toEqual(Array.from({ length: last }, (_, i) => i + 1));
  });

  it('pages on while there is more, then is live again', () => {
    const { feed, applied, asked } = make(0);
    feed.lag(3);
    feed.page(page([entry(1)], 1, true, 3));
    feed.page(page([entry(2)], 2, true, 3));
    feed.page(page([entry(3)], 3, false, 3));
    expect(asked).toEqual([0, 1, 2]);
    expect(applied).toEqual([1, 2, 3]);
    feed.push(entry(4));
    expect(asked).toHaveLength(3);
  });

  it('pulls when a heartbeat tells a head beyond the cursor, and only then', () => {
    const { feed, asked } = make(7);
    feed.hint(7);
    expect(asked).toEqual([]);
    feed.hint(8);
    feed.hint(9);
    expect(asked).toEqual([7]);
  });

  it('does not ask for ever when pages bring nothing', () => {
    const { feed, asked } = make(0);
    feed.hint(5);
    feed.page(page([], 0, false, 5));
    expect(asked).toEqual([0]);
  });

  it('drops the old position where it was not resumed, and says so', () => {
    const { feed, applied } = make(5);
    feed.push(entry(9));
    expect(feed.welcome({ cur: 40, head: 40, resumed: false })).toBe(true);
    feed.push(entry(9));
    feed.push(entry(41));
    expect(applied).toEqual([41]);
  });

  it('keeps its position where it was resumed, and asks again for what the old socket was asked', () => {
    const { feed, applied, asked } = make(5);
    feed.push(entry(8));
    feed.disconnected();
    expect(feed.welcome({ cur: 5, head: 8, resumed: true })).toBe(false);
    feed.push(entry(7));
    expect(asked).toEqual([5, 5]);
    feed.push(entry(6));
    expect(applied).toEqual([6, 7]);
  });
});
