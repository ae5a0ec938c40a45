import { describe, expect, it } from 'vitest';
import { initials, tint } from './avatar.js';

describe('initials', () => {
  it('takes one character of a Chinese name and two letters of a Latin one', () => {
    expect(initials('王雨桐')).toBe('王');
    expect(initials('James Whitfield')).toBe('JW');
    expect(initials('maya')).toBe('M');
    expect(initials('  ')).toBe('');
  });
});

describe('tint', () => {
  it('is stable and one of six', () => {
    expect(tint('a')).toBe(tint('a'));
    for (let i = 0; i < 50; i += 1) expect(tint(`visitor-${i}`)).toBeGreaterThanOrEqual(1);
    for (let i = 0; i < 50; i += 1) expect(tint(`visitor-${i}`)).toBeLessThanOrEqual(6);
  });
});
