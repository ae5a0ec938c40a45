import { describe, expect, it } from 'vitest';
import { conversation, message } from '../../testing.js';
import { counts, group, neighbour } from './order.js';

const ME = 'agent-1';
const mine = { assignee: { id: ME, name: 'Lin' } };

describe('group', () => {
  it('puts chats where the visitor spoke last before those where we did, newest first', () => {
    const list = [
      conversation('old', { ...mine, last: message(1, 'visitor', 1_000) }),
      conversation('answered', { ...mine, last: message(4, 'agent', 9_000) }),
      conversation('new', { ...mine, last: message(2, 'visitor', 5_000) }),
      conversation('other', { assignee: { id: 'agent-2', name: 'Maya' } }),
    ];
    const groups = group('mine', list, ME);
    expect(groups.map((g) => [g.name, g.items.map((c) => c.id)])).toEqual([
      ['ours', ['new', 'old']],
      ['theirs', ['answered']],
    ]);
  });

  it('puts who has waited longest first', () => {
    const list = [
      conversation('later', { status: 'waiting', openedAt: 200, last: message(9, 'visitor', 999) }),
      conversation('first', { status: 'waiting', openedAt: 100 }),
    ];
    expect(group('waiting', list, ME)[0]?.items.map((c) => c.id)).toEqual(['first', 'later']);
  });

  it('keeps resolved chats at the end of All and out of Mine', () => {
    const list = [conversation('done', { ...mine, status: 'closed' }), conversation('live', mine)];
    expect(group('all', list, ME).map((g) => g.name)).toEqual(['open', 'closed']);
    expect(group('mine', list, ME).flatMap((g) => g.items.map((c) => c.id))).toEqual(['live']);
  });

  it('shows no empty group', () => {
    expect(group('all', [], ME)).toEqual([]);
  });
});

describe('counts', () => {
  it('counts a waiting chat once, and a resolved one never', () => {
    const list = [
      conversation('a', mine),
      conversation('b', { status: 'waiting', assignee: null }),
      conversation('c', { ...mine, status: 'closed' }),
      conversation('d', { assignee: { id: 'agent-2', name: 'Maya' } }),
    ];
    expect(counts(list, ME)).toEqual({ mine: 1, waiting: 1, all: 3 });
  });
});

describe('neighbour', () => {
  const groups = group(
    'mine',
    [
      conversation('a', { ...mine, last: message(1, 'visitor', 300) }),
      conversation('b', { ...mine, last: message(1, 'visitor', 200) }),
      conversation('c', { ...mine, last: message(1, 'agent', 100) }),
    ],
    ME,
  );

  it('steps across groups and stops at the ends', () => {
    expect(neighbour(groups, 'b', 1)).toBe('c');
    expect(neighbour(groups, 'b', -1)).toBe('a');
    expect(neighbour(groups, 'c', 1)).toBeNull();
  });

  it('starts at the near end when nothing is open', () => {
    expect(neighbour(groups, null, 1)).toBe('a');
    expect(neighbour(groups, 'gone', -1)).toBe('c');
    expect(neighbour([], null, 1)).toBeNull();
  });
});
