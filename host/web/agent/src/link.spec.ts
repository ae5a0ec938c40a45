import { MemoryOutboxStore } from '@hotdesk/client';
import { FakeServer } from '@hotdesk/client/fake';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { makeLink, type Link, type LinkHandlers, type LinkState } from './link.js';
import type { Entry, Marks, Pending, Typist } from './model.js';

const lin = { id: 'lin', name: 'Lin' };

interface Seen {
  states: LinkState[];
  resets: boolean[];
  entries: Entry[];
  pending: Pending[];
  marks: Marks | null;
  typists: readonly Typist[];
  presence: string[];
}

let server: FakeServer;
let seen: Seen;
let link: Link;

function connect(): void {
  seen = { states: [], resets: [], entries: [], pending: [], marks: null, typists: [], presence: [] };
  const handlers: LinkHandlers = {
    state: (state) => seen.states.push(state),
    welcome: (reset) => seen.resets.push(reset),
    entry: (entry) => seen.entries.push(entry),
    queue: () => undefined,
    marks: (_conv, marks) => (seen.marks = { ...marks }),
    pending: (list) => (seen.pending = list),
    typing: (_conv, typists) => (seen.typists = typists),
    presence: (user, state) => seen.presence.push(`${user} ${state}`),
  };
  link = makeLink(lin, handlers, {
    open: server.open,
    mint: () => Promise.resolve(server.connectSet('lin')),
    store: new MemoryOutboxStore(),
    storage: undefined,
    tabs: { scope: 'test' },
    random: () => 0,
  });
  link.start();
}

const state = (): LinkState | undefined => seen.states[seen.states.length - 1];
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5_000, interval: 5 });
const live = (): Promise<void> => until(() => expect(state()?.kind).toBe('live'));

beforeEach(() => {
  server = new FakeServer();
  server.addUser('lin', 'agent', 'Lin');
  server.addUser('v', 'visitor', 'Wang');
  server.assign('c', 'lin');
});

describe('link', () => {
  it('connects, and measures a round trip', async () => {
    connect();
    await until(() => expect(state()).toMatchObject({ kind: 'live', ms: expect.any(Number) }));
    expect(seen.states[0]).toEqual({ kind: 'connecting' });
    expect(seen.resets).toEqual([true]);
  });

  it('turns a reply from unsent into an entry of ours, once it is durable', async () => {
    connect();
    await live();
    await link.send('c', 'on its way');
    await until(() => expect(seen.entries.find((e) => e.body['text'] === 'on its way')).toMatchObject({ from: { role: 'agent', id: 'lin', name: 'Lin' }, rewritten: false }));
    await until(() => expect(seen.pending).toEqual([]));
  });

  it('says when a filter changed what was written', async () => {
    server.rewrite = (text) => text.replace('damn', '****');
    connect();
    await live();
    await link.send('c', 'damn parcel');
    await until(() => expect(seen.entries.find((e) => e.rewritten === true)?.body['text']).toBe('**** parcel'));
  });

  it('keeps a refused reply with its reason until it is retried or deleted', async () => {
    connect();
    await live();
    server.answers.push({ code: 'E_BLOCKED', msg: 'no' });
    await link.send('c', 'bad word');
    await until(() => expect(seen.pending[0]).toMatchObject({ state: 'failed', code: 'E_BLOCKED', text: 'bad word' }));
    link.resend(seen.pending[0]?.mid ?? '');
    await until(() => expect(seen.entries.some((e) => e.body['text'] === 'bad word')).toBe(true));
    await until(() => expect(seen.pending).toEqual([]));
  });

  it('stores replies while the server is away and sends them in order afterwards', async () => {
    connect();
    await live();
    server.refusing = true;
    server.drop();
    await until(() => expect(state()?.kind).toBe('offline'));
    await link.send('c', 'one');
    await link.send('c', 'two');
    await until(() => expect(seen.pending.map((p) => [p.text, p.state])).toEqual([['one', 'waiting'], ['two', 'waiting']]));
    server.refusing = false;
    link.retryNow();
    await until(() => expect(seen.pending).toEqual([]));
    const texts = (server.conversations.get('c')?.entries ?? []).map((e) => e.body['text']).filter((t) => t !== undefined);
    expect(texts).toEqual(['one', 'two']);
    expect(seen.resets).toEqual([true, false]);
  });

  it('follows what the visitor received, read and types', async () => {
    connect();
    await live();
    server.say('v', 'c', 'hello');
    await until(() => expect(seen.entries.some((e) => e.body['text'] === 'hello')).toBe(true));
    server.readMark('v', 'c', 2, 'delivered');
    await until(() => expect(seen.marks).toMatchObject({ delivered: 2, read: 0 }));
    server.readMark('v', 'c', 2);
    await until(() => expect(seen.marks).toMatchObject({ read: 2 }));
    server.broadcast({ t: 'typing', conv: 'c', on: true, text: 'and', from: { role: 'visitor', id: 'v', name: 'Wang' } }, 'lin');
    await until(() => expect(seen.typists[0]?.text).toBe('and'));
    server.say('v', 'c', 'and now?');
    await until(() => expect(seen.typists).toEqual([]));
  });

  it('tells the chosen state to the server, also when it was chosen offline', async () => {
    server.refusing = true;
    connect();
    await until(() => expect(state()?.kind).toBe('offline'));
    link.presence('busy');
    server.refusing = false;
    link.retryNow();
    await until(() => expect(server.received).toContainEqual({ t: 'presence', state: 'busy' }));
  });

  it('stops for good when another device of ours took over', async () => {
    connect();
    await live();
    server.drop(4010);
    await until(() => expect(state()).toMatchObject({ kind: 'stopped', why: 'superseded' }));
    link.retryNow();
    await live();
  });
});
