import { describe, expect, it } from 'vitest';
import { hostOf, pageName, stays } from './source.js';

describe('source', () => {
  it('names where a visitor came from, or nothing', () => {
    expect(hostOf('https://www.example.org/a?b')).toBe('example.org');
    expect(hostOf('')).toBe('');
    expect(hostOf('not an address')).toBe('');
  });

  it('falls back to the path of a page without a title', () => {
    expect(pageName({ url: 'https://shop.example/kettle?x=1', title: ' ' })).toBe('/kettle?x=1');
    expect(pageName({ url: 'https://shop.example/kettle', title: 'Kettle' })).toBe('Kettle');
  });

  it('measures how long a page was open, newest first', () => {
    expect(stays([{ at: 100 }, { at: 60 }, { at: 10 }])).toEqual([null, 40, 50]);
  });
});
