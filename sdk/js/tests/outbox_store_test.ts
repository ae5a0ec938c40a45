import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { MemoryOutboxStore, openOutboxStore } from '../src/outbox_store.js';

const message = (mid: string) => ({ mid, conv: 'c', kind: 'text' as const, body: { text: mid }, created: 0 });
let scopes = 0;

describe.each([
  ['IndexedDB', () => openOutboxStore(`test${++scopes}`)],
  ['memory', () => Promise.resolve(new MemoryOutboxStore())],
])('outbox store: %s', (_name, make) => {
  it('keeps the order of writing and what is changed', async () => {
    const store = await make();
    const first = await store.add(message('a'));
    await store.add(message('b'));
    await store.put({ ...first, failed: { code: 'E_BLOCKED', msg: 'no' } });
    const all = await store.all();
    expect(all.map((item) => item.mid)).toEqual(['a', 'b']);
    expect(all[0]!.failed?.code).toBe('E_BLOCKED');
  });

  it('does not bring back what was removed', async () => {
    const store = await make();
    const item = await store.add(message('a'));
    await store.remove(item.n);
    await store.put(item);
    expect(await store.all()).toEqual([]);
  });
});

it('a second tab, and the next visit, find the same messages', async () => {
  const one = await openOutboxStore('shared');
  const two = await openOutboxStore('shared');
  await one.add(message('a'));
  await two.add(message('b'));
  one.close();
  two.close();
  const later = await openOutboxStore('shared');
  expect((await later.all()).map((item) => item.mid)).toEqual(['a', 'b']);
  expect(later.shared).toBe(true);
});

it('scopes do not see each other', async () => {
  await (await openOutboxStore('agent:1')).add(message('a'));
  expect(await (await openOutboxStore('agent:2')).all()).toEqual([]);
});
