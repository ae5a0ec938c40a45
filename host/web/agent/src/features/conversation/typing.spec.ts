import { describe, expect, it } from 'vitest';
import type { Typist } from '../../model.js';
import { withTypists, type TypingBoard } from './typing.js';

const visitor: Typist = { from: { role: 'visitor', id: 'v', name: 'Wang' }, text: 'So is ship' };
const colleague: Typist = { from: { role: 'agent', id: 'a', name: 'Maya' } };
const empty: TypingBoard = {};

describe('typing board', () => {
  it('shows what a visitor writes, and follows the words', () => {
    const board = withTypists(empty, 'c', [visitor], 'me');
    expect(board['c']?.text).toBe('So is ship');
    expect(withTypists(board, 'c', [{ ...visitor, text: 'So is shipping' }], 'me')['c']?.text).toBe('So is shipping');
  });

  it('prefers the visitor to a colleague and never shows oneself', () => {
    expect(withTypists(empty, 'c', [colleague, visitor], 'me')['c']).toBe(visitor);
    expect(withTypists(empty, 'c', [colleague], 'me')['c']).toBe(colleague);
    expect(withTypists(empty, 'c', [colleague], 'a')).toBe(empty);
  });

  it('empties, and stays the same object while nothing changes', () => {
    const board = withTypists(empty, 'c', [visitor], 'me');
    expect(withTypists(board, 'c', [{ ...visitor }], 'me')).toBe(board);
    expect(withTypists(board, 'c', [], 'me')).toEqual({});
    expect(withTypists(empty, 'c', [], 'me')).toBe(empty);
  });
});
