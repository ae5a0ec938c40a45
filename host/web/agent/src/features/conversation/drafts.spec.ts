import { beforeEach, describe, expect, it } from 'vitest';
import { Drafts } from './drafts.js';

beforeEach(() => localStorage.clear());

describe('Drafts', () => {
  it('keeps a draft per agent and conversation over a reload', () => {
    new Drafts('lin').save('c1', 'shipping is on us');
    expect(new Drafts('lin').load('c1')).toBe('shipping is on us');
    expect(new Drafts('lin').load('c2')).toBe('');
    expect(new Drafts('maya').load('c1')).toBe('');
  });

  it('forgets it when the box is empty again', () => {
    const drafts = new Drafts('lin');
    drafts.save('c1', 'x');
    drafts.save('c1', '  \n');
    expect(localStorage.length).toBe(0);
  });

  it('says so when the device can’t keep it', () => {
    const full = { length: 0, key: () => null, getItem: () => null, removeItem: () => undefined, setItem: () => { throw new DOMException('full', 'QuotaExceededError'); } };
    expect(new Drafts('lin', full).save('c1', 'x')).toBe(false);
  });

  it('survives rubbish under its key', () => {
    localStorage.setItem('hotdesk.agent.draft.lin.c1', '{not json');
    expect(new Drafts('lin').load('c1')).toBe('');
  });

  it('keeps the newest two hundred', () => {
    const drafts = new Drafts('lin');
    for (let i = 0; i < 205; i += 1) drafts.save(`c${i}`, 'x', i);
    expect(localStorage.length).toBe(200);
    expect(drafts.load('c0')).toBe('');
    expect(drafts.load('c204')).toBe('x');
  });
});
