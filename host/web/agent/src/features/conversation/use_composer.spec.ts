import { describe, expect, it } from 'vitest';
import { conversation } from '../../testing.js';
import { length, modeOf } from './use_composer.js';

const lin = { id: 'lin', name: 'Lin' };

describe('modeOf', () => {
  it('never leaves the agent without a way to answer', () => {
    expect(modeOf(conversation('c', { assignee: lin }), 'lin')).toBe('reply');
    expect(modeOf(conversation('c', { assignee: lin }), 'maya')).toBe('take');
    expect(modeOf(conversation('c', { status: 'waiting' }), 'lin')).toBe('take');
    expect(modeOf(conversation('c', { status: 'bot' }), 'lin')).toBe('take');
    expect(modeOf(conversation('c', { status: 'closed', assignee: lin }), 'lin')).toBe('reopen');
  });
});

describe('length', () => {
  it('counts code points, as the server does', () => {
    expect(length('你好')).toBe(2);
    expect(length('👍')).toBe(1);
    expect(length('')).toBe(0);
  });
});
