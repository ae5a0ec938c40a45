// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { detectLocale, matchLocale, storeLocale } from '../src/locale.js';
import { startTheme } from '../src/theme.js';

beforeEach(() => localStorage.clear());

describe('locale', () => {
  it.each([
    [['zh-Hant-TW'], 'zh'],
    [['fr', 'en-GB'], 'en'],
    [['ZH'], 'zh'],
    [['fr'], undefined],
    [[], undefined],
  ])('%j → %s', (tags, locale) => expect(matchLocale(tags)).toBe(locale));

  it('what the person chose comes before what the browser prefers', () => {
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['zh-CN']);
    expect(detectLocale()).toBe('zh');
    storeLocale('en');
    expect(detectLocale()).toBe('en');
  });
});

describe('theme', () => {
  it('follows the system until a person chooses, and remembers the choice', () => {
    let changed = (): void => undefined;
    const system = { matches: true, addEventListener: (_: string, f: () => void) => void (changed = f) };
    vi.stubGlobal('matchMedia', () => system);
    const control = startTheme();
    const seen: string[] = [];
    control.watch((theme) => seen.push(theme));
    expect(document.documentElement.dataset['theme']).toBe('dark');
    system.matches = false;
    changed();
    control.set('dark');
    changed();
    expect(seen).toEqual(['light', 'dark', 'dark']);
    expect(startTheme().choice).toBe('dark');
    control.set('light', false);
    expect(startTheme().choice).toBe('dark');
  });
});
