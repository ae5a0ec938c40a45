import { beforeEach, describe, expect, it } from 'vitest';
import type { TimelineItem } from '@hotdesk/client';
import { accentTokens, contrast, parseHex } from '../src/panel/accent.js';
import { toRows } from '../src/panel/features/chat/rows.js';
import { locale, t } from '../src/panel/i18n.js';
import en from '../src/panel/locales/en.json';
import zh from '../src/panel/locales/zh.json';
import { siteFromPath } from '../src/panel/mount.js';
import { initials, pieces, tint } from '../src/panel/text.js';
import { day } from '../src/panel/time.js';

beforeEach(() => void (locale.value = 'en'));

describe('messages', () => {
  it('exist in both languages, with the same holes', () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map((m) => m[0]).sort();
    for (const key of Object.keys(en) as (keyof typeof en)[]) expect(holes(zh[key]), key).toEqual(holes(en[key]));
  });
  it('fill their holes', () => {
    expect(t('typing', { name: 'Ann' })).toBe('Ann is typing');
    locale.value = 'zh';
    expect(t('typing', { name: '林晓' })).toBe('林晓正在输入');
  });
});

describe('text', () => {
  it.each([
    ['see https://a.example/b.', ['see ', '>https://a.example/b', '.']],
    ['看 https://a.example/b。好', ['看 ', '>https://a.example/b', '。好']],
    ['(https://a.example/x_(y))', ['(', '>https://a.example/x_(y)', ')']],
    ['javascript:alert(1) data:text/html,x', ['javascript:alert(1) data:text/html,x']],
    ['<img src=x onerror=alert(1)>', ['<img src=x onerror=alert(1)>']],
    ['https://[bad', ['https://[bad']],
  ])('%s', (text, expected) => {
    expect(pieces(text).map((p) => (p.href ? '>' : '') + p.text)).toEqual(expected);
  });
  it('keeps every character', () => {
    const text = 'a https://x.example?q=1&r=2 b\n\nc http://y.example/,';
    expect(pieces(text).map((p) => p.text).join('')).toBe(text);
  });
  it('initials and tints', () => {
    expect([initials('林晓'), initials('Mo Olsen'), initials('ann'), initials('')]).toEqual(['林', 'MO', 'A', '']);
    expect(tint('abc')).toBe(tint('abc'));
    for (const id of ['a', 'b', 'xyz', '']) expect(tint(id)).toBeGreaterThanOrEqual(1);
  });
});

describe('accent', () => {
  it.each(['#ffcc00', '#000000', '#ffffff', '#7f7f7f', '#e91e63', '#0f0'])('%s stays readable in both themes', (color) => {
    for (const theme of ['light', 'dark'] as const) {
      const tokens = accentTokens(color, theme)!;
      const at = (name: string) => parseHex(tokens[name]!)!;
      expect(contrast(at('--hd-on-brand'), at('--hd-brand'))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(at('--hd-brand-text'), at('--hd-brand-soft-2'))).toBeGreaterThanOrEqual(4.5);
    }
  });
  it('refuses what is no colour', () => expect(accentTokens('red;background:url(x)', 'light')).toBeUndefined());
});

describe('rows', () => {
  const at = new Date(2026, 10, 24, 10, 0).getTime();
  const item = (n: number, over: Partial<TimelineItem> = {}): TimelineItem => ({ key: `${n}`, seq: n, kind: 'text', body: { text: `${n}` }, ts: at + n * 1000, mine: false, recalled: false, from: { role: 'agent', id: 'a', name: 'Ann' }, ...over });
  const kinds = (items: TimelineItem[]) => toRows(items, 'me').map((row) => (row.kind === 'message' ? `${row.item.key}${row.meta ? '+' : ''}${row.joined ? '^' : ''}` : row.kind));

  it('one day divider a day', () => {
    expect(kinds([item(1), item(2, { ts: at + 86_400_000 })])).toEqual(['day', '1+', 'day', '2+']);
  });
  it('bubbles of one sender within two minutes share their meta line', () => {
    expect(kinds([item(1), item(2), item(3, { ts: at + 400_000 })])).toEqual(['day', '1', '2+^', '3+']);
    expect(kinds([item(1), item(2, { mine: true, tick: 'sent' }), item(3, { from: { role: 'agent', id: 'b', name: 'Bob' } })])).toEqual(['day', '1+', '2+', '3+']);
  });
  it('each tick says itself once', () => {
    const mine = (n: number, tick: 'read' | 'sent') => item(n, { mine: true, tick });
    expect(kinds([mine(1, 'read'), mine(2, 'read'), mine(3, 'sent')])).toEqual(['day', '1', '2+^', '3+^']);
  });
  it('says in words what happened, and leaves out what is not for visitors', () => {
    const rows = toRows(
      [
        item(1, { kind: 'opened', body: {} }),
        item(2, { kind: 'assigned', body: { assignee: { id: 'a', name: 'Ann' } } }),
        item(3, { kind: 'note' }),
        item(4, { kind: 'closed', body: { by: { id: 'me', name: '' } } }),
        item(5, { kind: 'rated', body: { score: 4 } }),
      ],
      'me',
    );
    expect(rows.map((row) => (row.kind === 'message' ? row.item.kind : row.text))).toEqual(['Today', 'Ann joined. Everything above is visible to them', 'You ended the chat', 'You rated this chat: Good'].map((text, n) => (n === 0 ? day(at) : text)));
  });
});

it('reads the site code from the address', () => {
  expect(siteFromPath('/widget/RC-1')).toBe('RC-1');
  expect(siteFromPath('/widget/a%20b/')).toBe('a b');
});
