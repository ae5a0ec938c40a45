import { describe, expect, it } from 'vitest';
import type { Entry, Pending } from '../../model.js';
import { entry } from '../../testing.js';
import { applyRecall, hole, insert, rows, tickOf, type MessageRow, type Row } from './timeline.js';

const me = { id: 'agent-x', name: 'agent' };
const marks = { delivered: 0, read: 0, own: 0 };
const messages = (list: Row[]): MessageRow[] => list.filter((r): r is MessageRow => r.type === 'message');

describe('insert', () => {
  it('keeps the order of numbers whatever the order of arrival, and drops repeats', () => {
    const list: Entry[] = [];
    expect(insert(list, entry(3, 'visitor', 'text'))).toBe(true);
    expect(insert(list, entry(1, 'visitor', 'text'))).toBe(true);
    expect(insert(list, entry(2, 'visitor', 'text'))).toBe(true);
    expect(insert(list, entry(2, 'visitor', 'text'))).toBe(false);
    expect(list.map((e) => e.seq)).toEqual([1, 2, 3]);
  });
});

describe('hole', () => {
  it('finds the first missing number', () => {
    expect(hole([entry(1, 'visitor', 'text'), entry(2, 'visitor', 'text')])).toBeNull();
    expect(hole([entry(4, 'visitor', 'text'), entry(7, 'visitor', 'text')])).toBe(5);
  });
});

describe('applyRecall', () => {
  it('empties the message it names and no other', () => {
    const list = [entry(1, 'visitor', 'text', { mid: 'a' }), entry(2, 'visitor', 'text', { mid: 'b' })];
    applyRecall(list, entry(3, 'visitor', 'recall', { body: { mid: 'a' } }));
    expect(list.map((e) => e.recalled === true)).toEqual([true, false]);
    expect(list[0]?.body).toEqual({});
  });
});

describe('tickOf', () => {
  it('goes from sent over delivered to read', () => {
    expect(tickOf(5, { delivered: 4, read: 0, own: 0 }, 0)).toBe('sent');
    expect(tickOf(5, { delivered: 5, read: 4, own: 0 }, 0)).toBe('delivered');
    expect(tickOf(5, { delivered: 5, read: 5, own: 0 }, 0)).toBe('read');
  });

  it('takes a later answer of the visitor for reading', () => {
    expect(tickOf(5, marks, 6)).toBe('read');
  });
});

describe('rows', () => {
  it('divides days and puts unsent messages last, in their own order', () => {
    const pending: Pending[] = [
      { mid: 'p1', conv: 'c', text: 'one', at: 86_400_000 * 3, state: 'waiting' },
      { mid: 'p2', conv: 'c', text: 'two', at: 86_400_000 * 3 + 1, state: 'failed', code: 'E_BLOCKED' },
    ];
    const list = rows({ entries: [entry(1, 'visitor', 'text')], pending, marks, me });
    expect(list.map((r) => r.type)).toEqual(['day', 'message', 'day', 'message', 'message']);
    expect(messages(list).map((r) => r.tick)).toEqual([null, 'waiting', 'failed']);
  });

  it('joins bubbles of one sender within two minutes', () => {
    const list = rows({
      entries: [
        entry(1, 'visitor', 'text', { ts: 0 }),
        entry(2, 'visitor', 'text', { ts: 60_000 }),
        entry(3, 'visitor', 'text', { ts: 200_000 }),
        entry(4, 'agent', 'text', { ts: 201_000 }),
      ],
      pending: [],
      marks,
      me,
    });
    expect(messages(list).map((r) => [r.first, r.last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
      [true, true],
    ]);
  });

  it('draws machines apart from people and notes without ticks', () => {
    const list = messages(
      rows({
        entries: [entry(1, 'bot', 'text'), entry(2, 'agent', 'note'), entry(3, 'agent', 'text')],
        pending: [],
        marks,
        me,
      }),
    );
    expect(list.map((r) => r.side)).toEqual(['machine', 'team', 'team']);
    expect(list.map((r) => r.tick)).toEqual([null, null, 'sent']);
  });

  it('hides the recall itself and shows events as events', () => {
    const list = rows({ entries: [entry(1, 'system', 'assigned'), entry(2, 'visitor', 'recall')], pending: [], marks, me });
    expect(list.map((r) => r.type)).toEqual(['day', 'event']);
  });
});
