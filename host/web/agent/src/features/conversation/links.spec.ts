import { describe, expect, it } from 'vitest';
import { pieces } from './links.js';

describe('pieces', () => {
  it('finds addresses and leaves the full stop behind them alone', () => {
    expect(pieces('see https://a.example/x?y=1. ok')).toEqual([
      { text: 'see ', href: null },
      { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
      { text: '. ok', href: null },
    ]);
  });

  it('stops at Chinese punctuation', () => {
    expect(pieces('看https://a.example/b，谢谢')[1]).toEqual({ text: 'https://a.example/b', href: 'https://a.example/b' });
  });

  it('never links scripts or data, and keeps every character', () => {
    const nasty = 'javascript:alert(1) data:text/html,x <b>https://</b>';
    expect(pieces(nasty).every((p) => p.href === null)).toBe(true);
    expect(pieces(nasty).map((p) => p.text).join('')).toBe(nasty);
  });
});
