import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Client, SendError } from '../src/client.js';
import { FakeServer } from '../src/fake_server.js';
import { MemoryOutboxStore, type OutboxStore } from '../src/outbox_store.js';
import type { KeyValue } from '../src/memory.js';
import { ChannelHub, FakeLocks } from './browser_parts.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

class FakeStorage implements KeyValue {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
}

/** The same items for every tab, as IndexedDB has it. */
class SharedStore extends MemoryOutboxStore {
  override readonly shared = true as unknown as false;
}

class Browser {
  readonly server: FakeServer;
  readonly storage = new FakeStorage();
  readonly store: OutboxStore = new SharedStore();
  readonly hub = new ChannelHub();
  readonly locks = new FakeLocks();
  readonly user: string;

  constructor(server: FakeServer, user: string) {
    this.server = server;
    this.user = user;
  }
  async tab(): Promise<Client> {
    const client = new Client({
      scope: `x:${this.user}`,
      role: this.server.users.get(this.user)!.role,
      endpoint: 'wss://host/ws',
      mint: () => Promise.resolve(this.server.connectSet(this.user)),
      open: this.server.open,
      storage: this.storage,
      store: this.store,
      tabs: { scope: this.user, channel: this.hub.open, locks: this.locks, random: () => 0 },
      random: () => 0.5,
    });
    await client.start();
    await settle();
    return client;
  }
}

function world() {
  const server = new FakeServer({ autoAssign: 'a', lim: { page: 5 } });
  server.addUser('v', 'visitor', 'Vera');
  server.addUser('a', 'agent', 'Ann');
  const conv = server.conversationOf('v');
  return { server, conv, visitor: new Browser(server, 'v'), agent: new Browser(server, 'a') };
}

const texts = (client: Client, conv: string) =>
  client.conversation(conv).items.filter((i) => i.kind === 'text').map((i) => i.body['text']);
const ticks = (client: Client, conv: string) =>
  client.conversation(conv).items.filter((i) => i.mine && i.kind === 'text').map((i) => i.tick);

describe('client', () => {
  it('opens a conversation with the first message and shows what becomes of it', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    expect(client.current).toBe(conv);
    expect(client.conversation(conv).status).toBe('new');
    await client.sendText(conv, 'hello');
    await settle();
    const conversation = client.conversation(conv);
    expect(conversation.status).toBe('open');
    expect(conversation.assignee).toMatchObject({ name: 'Ann' });
    expect(conversation.items.map((i) => i.kind)).toEqual(['opened', 'assigned', 'text']);
    expect(ticks(client, conv)).toEqual(['sent']);
    server.readMark('a', conv, 3, 'delivered');
    await settle();
    expect(ticks(client, conv)).toEqual(['delivered']);
    server.readMark('a', conv, 3);
    await settle();
    expect(ticks(client, conv)).toEqual(['read']);
  });

  it('keeps what is written offline, shows it waiting, and sends it in order once it is back', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    server.refusing = true;
    server.drop();
    await settle();
    await client.sendText(conv, 'one');
    await client.sendText(conv, 'two');
    await settle();
    expect(ticks(client, conv)).toEqual(['waiting', 'waiting']);
    server.refusing = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(ticks(client, conv)).toEqual(['sent', 'sent']);
    expect(texts(client, conv)).toEqual(['one', 'two']);
  });

  it('resumes where it was: nothing lost, nothing doubled, across a gap wider than a page', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    await client.sendText(conv, 'hi');
    await settle();
    server.refusing = true;
    server.drop();
    for (let i = 0; i < 17; i++) server.say('a', conv, `m${i}`);
    server.refusing = false;
    await vi.advanceTimersByTimeAsync(1_000);
    server.say('a', conv, 'live again');
    await settle();
    expect(texts(client, conv)).toEqual(['hi', ...Array.from({ length: 17 }, (_, i) => `m${i}`), 'live again']);
  });

  it('does not double a message whose ack was lost', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    await client.sendText(conv, 'first');
    await settle();
    const mid = await client.sendText(conv, 'again');
    server.drop(); // the server has it, the ack dies with the socket
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.conversations.get(conv)!.entries.filter((e) => e.mid === mid)).toHaveLength(1);
    expect(texts(client, conv)).toEqual(['first', 'again']);
    expect(ticks(client, conv)).toEqual(['sent', 'sent']);
  });

  it('loads pages when its position is lost, and keeps paging backwards', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    await client.sendText(conv, 'hi');
    await settle();
    await client.open(conv);
    for (let i = 0; i < 12; i++) server.say('a', conv, `m${i}`);
    await settle();
    server.epoch = 'e2';
    server.drop(4001);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(texts(client, conv)).toEqual(['m7', 'm8', 'm9', 'm10', 'm11']);
    await client.loadOlder(conv);
    await client.loadOlder(conv);
    expect(texts(client, conv)[0]).toBe('hi');
    expect(client.conversation(conv).complete).toBe(true);
  });

  it('remembers position and marks over a reload, so that ticks are right at once', async () => {
    const { server, conv, visitor } = world();
    const before = await visitor.tab();
    await before.sendText(conv, 'hi');
    await settle();
    server.readMark('a', conv, 3);
    await settle();
    before.stop();
    server.say('a', conv, 'are you there?');
    const after = await visitor.tab();
    await after.open(conv);
    expect(texts(after, conv)).toEqual(['hi', 'are you there?']);
    expect(ticks(after, conv)).toEqual(['read']);
    expect(after.conversation(conv).unread).toBe(1);
  });

  it('counts unread, and tells the server what was read until it has been heard', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    await client.sendText(conv, 'hi');
    await settle();
    server.say('a', conv, 'one');
    server.say('a', conv, 'two');
    await settle();
    expect(client.conversation(conv).unread).toBe(2);
    server.mute = true;
    client.read(conv, 5);
    expect(client.conversation(conv).unread).toBe(0);
    server.drop();
    server.mute = false;
    await vi.advanceTimersByTimeAsync(1_000);
    const feed = server.users.get('a')!.feed;
    expect(feed.at(-1)).toMatchObject({ kind: 'read', body: { seq: 5 } });
  });

  it('shows a refused message as failed; retry goes to the next conversation where the old one is over', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    await client.sendText(conv, 'hi');
    await settle();
    server.close(conv, 'a');
    await settle();
    expect(client.conversation(conv).status).toBe('closed');
    const mid = await client.sendText(conv, 'one more thing');
    await settle();
    expect(ticks(client, conv)).toEqual(['sent', 'failed']);
    const next = server.conversationOf('v');
    expect(client.current).toBe(next);
    client.retry(mid);
    await settle();
    expect(ticks(client, conv)).toEqual(['sent']);
    expect(texts(client, next)).toEqual(['one more thing']);
  });

  it('shows the text a filter made of a message', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    server.rewrite = (text) => text.replace('darn', '****');
    await client.sendText(conv, 'darn');
    await settle();
    expect(texts(client, conv)).toEqual(['****']);
  });

  it('erases a recalled message', async () => {
    const { conv, visitor } = world();
    const client = await visitor.tab();
    const mid = await client.sendText(conv, 'oops');
    await settle();
    await client.recall(conv, mid);
    await settle();
    expect(client.conversation(conv).items.find((i) => i.mid === mid)).toMatchObject({ recalled: true, body: {} });
  });

  it('refuses what the server would, before it is stored', async () => {
    const { conv, visitor } = world();
    const client = await visitor.tab();
    await expect(client.sendText(conv, 'x'.repeat(10_001))).rejects.toBeInstanceOf(SendError);
    expect(await visitor.store.all()).toEqual([]);
  });

  it('says got at most once a second, and typing at most once in three', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    await client.sendText(conv, 'hi');
    for (let i = 0; i < 10; i++) {
      server.say('a', conv, `${i}`);
      client.typing(conv, true);
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(1_000);
    const count = (t: string) => server.received.filter((f) => f.t === t).length;
    expect(count('got')).toBeLessThanOrEqual(2);
    expect(count('got')).toBeGreaterThan(0);
    expect(count('typing')).toBe(1);
    await vi.advanceTimersByTimeAsync(3_000);
    client.typing(conv, true);
    expect(count('typing')).toBe(2);
  });

  it('shows who types and forgets it after six seconds', async () => {
    const { server, conv, visitor } = world();
    const client = await visitor.tab();
    server.broadcast({ t: 'typing', conv, on: true, from: { role: 'agent', id: 'a', name: 'Ann' } });
    await settle();
    expect(client.conversation(conv).typists).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(6_100);
    expect(client.conversation(conv).typists).toHaveLength(0);
  });

  it('loads what an agent lacks who is assigned a conversation that has begun', async () => {
    const server = new FakeServer();
    server.addUser('v', 'visitor', 'Vera');
    server.addUser('a', 'agent', 'Ann');
    const conv = server.conversationOf('v');
    const visitor = await new Browser(server, 'v').tab();
    const agent = await new Browser(server, 'a').tab();
    await agent.open(conv); // seen in the waiting list, empty so far
    await visitor.sendText(conv, 'one');
    await visitor.sendText(conv, 'two');
    await settle();
    server.assign(conv, 'a');
    await settle();
    expect(texts(agent, conv)).toEqual(['one', 'two']);
  });
});

describe('tabs of one browser', () => {
  it('share one socket, and both show everything', async () => {
    const { server, conv, visitor } = world();
    const first = await visitor.tab();
    const second = await visitor.tab();
    await vi.advanceTimersByTimeAsync(500);
    expect([first.leading, second.leading]).toEqual([true, false]);
    expect(server.connections).toBe(1);
    await second.sendText(conv, 'from the second tab');
    await settle();
    server.say('a', conv, 'answer');
    await settle();
    expect(texts(first, conv)).toEqual(['from the second tab', 'answer']);
    expect(texts(second, conv)).toEqual(['from the second tab', 'answer']);
    expect(ticks(second, conv)).toEqual(['sent']);
  });

  it('loses nothing that is written before there is a leader, or while it goes, where tabs share no store', async () => {
    const { server, conv } = world();
    const hub = new ChannelHub();
    const make = (): Client =>
      new Client({
        scope: 'x',
        role: 'visitor',
        endpoint: 'wss://host/ws',
        mint: () => Promise.resolve(server.connectSet('v')),
        open: server.open,
        storage: undefined,
        store: new MemoryOutboxStore(),
        tabs: { scope: 'x', channel: hub.open, random: () => 0 },
      });
    const first = make();
    void first.start();
    await first.sendText(conv, 'before anybody led');
    const second = make();
    await second.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect([first.leading, second.leading]).toEqual([true, false]);
    await second.sendText(conv, 'from the second');
    await settle();
    first.stop();
    await second.sendText(conv, 'while nobody led');
    expect(texts(second, conv)).toContain('while nobody led');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.conversations.get(conv)!.entries.filter((e) => e.kind === 'text').map((e) => e.body['text'])).toEqual([
      'before anybody led',
      'from the second',
      'while nobody led',
    ]);
  });

  it('a tab that comes late asks the leader for its state and for pages', async () => {
    const { server, conv, visitor } = world();
    const first = await visitor.tab();
    await first.sendText(conv, 'hi');
    await settle();
    server.say('a', conv, 'hello');
    const late = await visitor.tab();
    await vi.advanceTimersByTimeAsync(500);
    expect(late.link.kind).toBe('live');
    expect(late.identity?.user).toBe('v');
    await late.open(conv);
    expect(texts(late, conv)).toEqual(['hi', 'hello']);
  });

  it('a page asked for before anything else is there comes as soon as it can', async () => {
    const { server, conv, visitor } = world();
    const first = await visitor.tab();
    await first.sendText(conv, 'hi');
    await settle();
    const late = new Client({
      scope: 'x:v',
      role: 'visitor',
      endpoint: 'wss://host/ws',
      mint: () => Promise.reject(new Error('the leader has the socket')),
      open: server.open,
      storage: undefined,
      store: visitor.store,
      tabs: { scope: 'v', channel: visitor.hub.open, locks: visitor.locks, random: () => 0 },
    });
    const opened = late.open(conv);
    await vi.advanceTimersByTimeAsync(1_000);
    await opened;
    expect(texts(late, conv)).toEqual(['hi']);
  });

  it('when the leading tab closes, the next resumes with its token and loses nothing', async () => {
    const { server, conv, visitor } = world();
    const first = await visitor.tab();
    const second = await visitor.tab();
    await vi.advanceTimersByTimeAsync(500);
    await first.sendText(conv, 'hi');
    await settle();
    await second.open(conv);
    first.stop();
    server.say('a', conv, 'while nobody was connected');
    await second.sendText(conv, 'still here');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(second.leading).toBe(true);
    expect(server.requests.at(-1)!.protocols).toHaveLength(2);
    expect(texts(second, conv)).toEqual(['hi', 'while nobody was connected', 'still here']);
    expect(ticks(second, conv).at(-1)).toBe('sent');
  });
});
