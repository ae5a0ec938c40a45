import { describe, expect, it } from 'vitest';
import { closeAction, isRetryable } from '../src/codes.js';
import { Conversation } from '../src/conversation.js';
import { Emitter } from '../src/emitter.js';
import { decodeFrame, type Entry, type Page } from '../src/frames.js';
import { uuidv7 } from '../src/ids.js';

describe('ids', () => {
  it('are UUIDs of version 7 that sort by time and do not repeat', () => {
    const made = [uuidv7(1_000), uuidv7(2_000), uuidv7(2 ** 41)];
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...made].sort()).toEqual(made);
    expect(new Set(Array.from({ length: 1_000 }, () => uuidv7(5))).size).toBe(1_000);
  });
});

describe('codes', () => {
  it('unknown close codes resume, unknown errors are final', () => {
    expect(closeAction(4555)).toBe('resume');
    expect(isRetryable('E_NEW')).toBe(false);
    expect(isRetryable('E_BUSY')).toBe(true);
  });
});

describe('frames', () => {
  it.each(['', '[]', '1', 'null', '{"a":1}', '{"t":1}', '{'])('%s is none', (text) => expect(decodeFrame(text)).toBeUndefined());
  it('lets unknown kinds and fields pass', () => expect(decodeFrame('{"t":"new","x":1}')).toEqual({ t: 'new', x: 1 }));
});

describe('emitter', () => {
  it('hears on after a handler threw, and after one left in the middle', () => {
    const emitter = new Emitter<{ x: number }>();
    const heard: number[] = [];
    (globalThis as { reportError?: unknown }).reportError = () => undefined;
    emitter.on('x', () => {
      throw new Error('mine');
    });
    const off = emitter.on('x', (value) => {
      heard.push(value);
      off();
    });
    emitter.on('x', (value) => void heard.push(-value));
    emitter.emit('x', 1);
    emitter.emit('x', 2);
    expect(heard).toEqual([1, -1, -2]);
  });
});

describe('conversation', () => {
  const agent = { role: 'agent', id: 'a', name: 'Ann' };
  const entry = (seq: number, kind = 'text', body: Entry['body'] = { text: `${seq}` }, from = agent): Entry => ({ conv: 'c', seq, kind, from, body, ts: seq });
  const page = (items: Entry[], more: boolean): Page => ({ t: 'page', re: '', items, next: 0, more, head: 0 });
  const make = (role: 'visitor' | 'agent' = 'visitor') => new Conversation('c', () => 'v', role);

  it('draws in seq order, whatever the order of arrival, each entry once', () => {
    const c = make();
    for (const seq of [3, 1, 2, 3]) c.apply(entry(seq));
    expect(c.items.map((i) => i.seq)).toEqual([1, 2, 3]);
  });

  it('keeps the same array until something changes', () => {
    const c = make();
    c.apply(entry(1));
    const drawn = c.items;
    expect(c.items).toBe(drawn);
    c.apply(entry(2));
    expect(c.items).not.toBe(drawn);
  });

  it('follows the life of a conversation', () => {
    const c = make();
    const step = (seq: number, kind: string, body = {}) => {
      c.apply(entry(seq, kind, body));
      return [c.status, c.assignee?.name];
    };
    expect(c.status).toBe('new');
    expect(step(1, 'opened', { department: { id: 'd', name: 'D' } })).toEqual(['waiting', undefined]);
    expect(step(2, 'assigned', { assignee: { id: 'a', name: 'Ann' } })).toEqual(['open', 'Ann']);
    expect(step(3, 'transferred', { to: { id: 'b', name: 'Bob' } })).toEqual(['open', 'Bob']);
    expect(step(4, 'closed')).toEqual(['closed', 'Bob']);
    expect(step(5, 'reopened')).toEqual(['waiting', undefined]);
    expect(step(6, 'system', { code: 'with_bot' })).toEqual(['bot', undefined]);
    expect(step(7, 'system', { code: 'labels' })).toEqual(['bot', undefined]);
    expect(step(8, 'system', { code: 'handed_over' })).toEqual(['waiting', undefined]);
    expect(step(9, 'closed')).toEqual(['closed', undefined]);
    expect(step(10, 'reopened', { bot: true })).toEqual(['bot', undefined]);
  });

  it('forgets what may have a hole towards the first page', () => {
    const c = make();
    c.apply(entry(2)); // caught up from a feed, long ago
    c.applyPage(page([entry(7), entry(8)], true), true);
    expect(c.items.map((i) => i.seq)).toEqual([7, 8]);
    expect(c.oldest).toBe(7);
  });

  it("an agent's ticks tell what the visitor has seen, not what a colleague has", () => {
    const c = make('agent');
    c.apply(entry(1, 'text', { text: 'mine' }, { role: 'agent', id: 'v', name: 'Me' }));
    c.apply({ conv: 'c', kind: 'read', from: agent, body: { seq: 1 }, ts: 0 });
    expect(c.items[0]!.tick).toBe('sent');
    c.apply({ conv: 'c', kind: 'read', from: { role: 'visitor', id: 'x', name: '' }, body: { seq: 1 }, ts: 0 });
    expect(c.items[0]!.tick).toBe('read');
  });
});
