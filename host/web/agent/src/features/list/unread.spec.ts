import { describe, expect, it } from 'vitest';
import { conversation, entry, message } from '../../testing.js';
import { badge, unreadOf } from './unread.js';

describe('unreadOf', () => {
  it('counts only the visitor’s messages after the read mark', () => {
    const c = conversation('c', { seq: 5, read: 1, last: message(5, 'visitor', 5) });
    const entries = [
      entry(1, 'visitor', 'text'),
      entry(2, 'visitor', 'text'),
      entry(3, 'system', 'assigned'),
      entry(4, 'visitor', 'recall'),
      entry(5, 'visitor', 'text'),
    ];
    expect(unreadOf(c, entries)).toBe(2);
  });

  it('is nothing once we have answered, read everything, or resolved the chat', () => {
    const last = message(5, 'visitor', 5);
    expect(unreadOf(conversation('c', { seq: 5, read: 1, last: message(5, 'agent', 5) }), undefined)).toBe(0);
    expect(unreadOf(conversation('c', { seq: 5, read: 5, last }), undefined)).toBe(0);
    expect(unreadOf(conversation('c', { seq: 5, read: 1, last, status: 'closed' }), undefined)).toBe(0);
  });

  it('stops at our own last message when the read mark lags behind it', () => {
    const c = conversation('c', { seq: 3, read: 0, last: message(3, 'visitor', 3) });
    const entries = [entry(1, 'visitor', 'text'), entry(2, 'agent', 'text'), entry(3, 'visitor', 'text')];
    expect(unreadOf(c, entries)).toBe(1);
  });

  it('falls back to the gap of numbers while the messages are not loaded', () => {
    expect(unreadOf(conversation('c', { seq: 4, read: 2, last: message(4, 'visitor', 4) }), undefined)).toBe(2);
  });
});

describe('badge', () => {
  it('never grows wider than three characters', () => {
    expect(badge(7)).toBe('7');
    expect(badge(99)).toBe('99');
    expect(badge(100)).toBe('99+');
  });
});
