import { describe, expect, it } from 'vitest';
import enText from './locales/en.json?raw';
import zhText from './locales/zh.json?raw';

function keys(value: object, at = ''): string[] {
  return Object.entries(value).flatMap(([key, below]) => (typeof below === 'object' && below !== null ? keys(below as object, `${at}${key}.`) : [at + key]));
}
function placeholders(value: unknown): string {
  const found: string[] = String(value).match(/\{\w+\}/gu) ?? [];
  return [...new Set(found)].sort().join();
}
const look = (messages: object, key: string): unknown => key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], messages);

describe('message files', () => {
  const en = JSON.parse(enText) as object;
  const zh = JSON.parse(zhText) as object;

  it('say the same things in both languages', () => {
    expect(keys(zh).sort()).toEqual(keys(en).sort());
  });

  it('fill in the same values', () => {
    for (const key of keys(en)) expect(placeholders(look(zh, key)), key).toBe(placeholders(look(en, key)));
  });
});
