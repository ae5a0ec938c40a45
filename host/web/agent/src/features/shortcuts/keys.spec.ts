import { describe, expect, it } from 'vitest';
import { actionOf, type Press } from './keys.js';

const press = (over: Partial<Press>): Press => ({ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false, typing: false, ...over });

describe('actionOf', () => {
  it('knows the five Alt keys, also where Alt types another letter', () => {
    expect(actionOf(press({ altKey: true, code: 'KeyJ', key: '∆' }))).toBe('next');
    expect(actionOf(press({ altKey: true, code: 'KeyK' }))).toBe('previous');
    expect(actionOf(press({ altKey: true, code: 'KeyE' }))).toBe('resolve');
    expect(actionOf(press({ altKey: true, code: 'KeyO' }))).toBe('context');
    expect(actionOf(press({ altKey: true, code: 'KeyL' }))).toBe('reply');
    expect(actionOf(press({ altKey: true, code: 'KeyX' }))).toBeNull();
  });

  it('leaves a question mark to who is writing one', () => {
    expect(actionOf(press({ key: '?', shiftKey: true }))).toBe('help');
    expect(actionOf(press({ key: '?', shiftKey: true, typing: true }))).toBeNull();
  });

  it('takes Alt+E only without Ctrl: AltGr types letters in many layouts', () => {
    expect(actionOf(press({ altKey: true, ctrlKey: true, code: 'KeyE' }))).toBeNull();
  });
});
