import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Outbox, checkBody } from '../src/outbox.js';
import { MemoryOutboxStore } from '../src/outbox_store.js';
import type { Ack, Err, Pub } from '../src/frames.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function make(store = new MemoryOutboxStore()) {
  const sent: Pub[] = [];
  const events: string[] = [];
  let live = true;
  const outbox = new Outbox(store, {
    send: (frame) => live && sent.push(frame) > 0,
    changed: () => undefined,
    acked: (ack) => events.push(`acked ${ack.mid}`),
    failed: (item) => events.push(`failed ${item.mid} ${item.failed!.code}`),
    expired: () => events.push('expired'),
  });
  await outbox.reload();
  const add = (mid: string, conv = 'c') => outbox.add({ mid, conv, kind: 'text', body: { text: mid }, created: 0 });
  const ack = (mid: string): Ack => ({ t: 'ack', mid, conv: 'c', seq: 1, ts: 0, dup: false });
  const err = (mid: string, code: string, extra: Partial<Err> = {}): Err => {
    const re = sent.filter((f) => f.mid === mid).at(-1)!.id!;
    return { t: 'err', mid, re, code, msg: '', ...extra };
  };
  const mids = () => sent.map((f) => f.mid);
  return { store, outbox, sent, events, add, ack, err, mids, setLive: (value: boolean) => (live = value) };
}

describe('outbox', () => {
  it('keeps messages while there is no connection and sends them in order once there is', async () => {
    const { outbox, sent, add } = await make();
    await add('m1');
    await add('m2');
    expect(sent).toEqual([]);
    outbox.connected(16);
    expect(sent.map((f) => [f.mid, f.after])).toEqual([['m1', undefined], ['m2', 'm1']]);
  });

  it('links `after` to the nearest unanswered message of the same conversation only', async () => {
    const { outbox, sent, add, ack } = await make();
    outbox.connected(16);
    await add('a1', 'a');
    await add('b1', 'b');
    await add('a2', 'a');
    outbox.ack(ack('a2'));
    outbox.ack(ack('a1'));
    await add('a3', 'a');
    expect(sent.map((f) => [f.mid, f.after])).toEqual([['a1', undefined], ['b1', undefined], ['a2', 'a1'], ['a3', undefined]]);
  });

  it('has at most a window of unanswered messages', async () => {
    const { outbox, mids, add, ack } = await make();
    outbox.connected(2);
    for (const mid of ['m1', 'm2', 'm3']) await add(mid);
    expect(mids()).toEqual(['m1', 'm2']);
    outbox.ack(ack('m1'));
    expect(mids()).toEqual(['m1', 'm2', 'm3']);
  });

  it('sends everything unanswered again after a reconnect, with the same mids', async () => {
    const { outbox, sent, add, ack } = await make();
    outbox.connected(16);
    await add('m1');
    await add('m2');
    outbox.ack(ack('m1'));
    outbox.disconnected();
    outbox.connected(16);
    expect(sent.map((f) => [f.mid, f.after])).toEqual([['m1', undefined], ['m2', 'm1'], ['m2', undefined]]);
  });

  it('removes a message from the store on its ack and not before', async () => {
    const { outbox, store, add, ack } = await make();
    outbox.connected(16);
    await add('m1');
    expect(await store.all()).toHaveLength(1);
    outbox.ack(ack('m1'));
    await vi.runAllTimersAsync();
    expect(await store.all()).toEqual([]);
  });

  it('pauses the conversation after a non-terminal error and resumes from the earliest', async () => {
    const { outbox, mids, add, err } = await make();
    outbox.connected(16);
    await add('m1');
    await add('m2');
    await add('x1', 'other');
    outbox.err(err('m1', 'E_RATE', { retry: 700 }));
    outbox.err(err('m2', 'E_ORDER'));
    await add('x2', 'other');
    expect(mids()).toEqual(['m1', 'm2', 'x1', 'x2']);
    await vi.advanceTimersByTimeAsync(699);
    expect(mids()).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1);
    expect(mids().slice(4)).toEqual(['m1', 'm2']);
  });

  it('marks a message failed on a terminal error, links the later ones anew and sends them again', async () => {
    const { outbox, sent, events, add, err } = await make();
    outbox.connected(16);
    await add('m1');
    await add('m2');
    const lateAnswer = err('m2', 'E_ORDER');
    outbox.err(err('m1', 'E_BLOCKED'));
    expect(events).toEqual(['failed m1 E_BLOCKED']);
    expect(sent.slice(2).map((f) => [f.mid, f.after])).toEqual([['m2', undefined]]);
    // the answer to m2's first sending must not pause its second
    outbox.err(lateAnswer);
    await add('m3');
    expect(sent.at(-1)).toMatchObject({ mid: 'm3', after: 'm2' });
  });

  it('leaves failed messages alone until a person retries or deletes them', async () => {
    const { outbox, mids, add, err } = await make();
    outbox.connected(16);
    await add('m1');
    outbox.err(err('m1', 'E_CONV_CLOSED', { next: 'c2' }));
    outbox.disconnected();
    outbox.connected(16);
    expect(mids()).toEqual(['m1']);
    await outbox.retry('m1', { conv: 'c2' });
    expect(mids()).toEqual(['m1', 'm1']);
    outbox.err(err('m1', 'E_FORBIDDEN'));
    await outbox.remove('m1');
    expect(outbox.items).toEqual([]);
  });

  it('does not let go of a message that is on its way', async () => {
    const { outbox, add } = await make();
    outbox.connected(16);
    await add('m1');
    await outbox.remove('m1');
    expect(outbox.items).toHaveLength(1);
  });

  it('finds what an earlier visit left, failures included', async () => {
    const first = await make();
    first.outbox.connected(16);
    await first.add('m1');
    await first.add('m2');
    first.outbox.err(first.err('m1', 'E_REJECTED'));
    const second = await make(first.store);
    second.outbox.connected(16);
    expect(second.mids()).toEqual(['m2']);
    expect(second.outbox.items[0]!.failed).toMatchObject({ code: 'E_REJECTED' });
  });

  it('asks for a new log-in on E_EXPIRED and sends again after the next welcome', async () => {
    const { outbox, mids, events, add, err } = await make();
    outbox.connected(16);
    await add('m1');
    outbox.err(err('m1', 'E_EXPIRED'));
    expect(events).toEqual(['expired']);
    outbox.disconnected();
    outbox.connected(16);
    expect(mids()).toEqual(['m1', 'm1']);
  });
});

describe('checkBody', () => {
  const limits = { text: 4, bytes: 65_536 };
  it.each([
    ['at the limit', 'abcd', undefined],
    ['one beyond', 'abcde', 'E_TOO_BIG'],
    ['counts code points, not units', '😀😀😀😀', undefined],
    ['empty', '', 'E_BAD_FRAME'],
    ['a zero', 'a\0', 'E_BAD_FRAME'],
    ['a lone surrogate', 'a\ud800', 'E_BAD_FRAME'],
  ])('%s', (_name, text, wrong) => expect(checkBody('text', { text }, limits)).toBe(wrong));

  it('counts the bytes of the whole frame', () => {
    expect(checkBody('text', { text: '中'.repeat(300) }, { text: 1000, bytes: 1024 })).toBe('E_TOO_BIG');
  });
});
