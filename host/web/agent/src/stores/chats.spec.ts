import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Conversation, Entry } from '../model.js';
import { conversation, entry, message } from '../testing.js';

const server = vi.hoisted(() => ({
  lists: [] as Conversation[],
  pages: new Map<string, Entry[]>(),
  asked: [] as string[],
}));

vi.mock('../rest.js', async (original) => ({
  ...(await original<typeof import('../rest.js')>()),
  conversations: {
    list: ({ status, assignee }: { status: string; assignee?: string }) =>
      Promise.resolve({ data: server.lists.filter((c) => (status === 'all' || c.status === status) && (assignee !== 'me' || c.assignee?.id === 'me')), next: null }),
    get: (id: string) => {
      server.asked.push(id);
      const found = server.lists.find((c) => c.id === id);
      return found === undefined ? new Promise(() => undefined) : Promise.resolve({ ...found });
    },
    messages: (id: string) => Promise.resolve({ data: server.pages.get(id) ?? [], next: null }),
  },
  directory: { agents: () => Promise.resolve([{ id: 'me', name: 'Lin', role: 'agent', state: 'online', open: 1, capacity: 6 }]) },
}));

const { useChats } = await import('./chats.js');
const { useSession } = await import('./session.js');

const mine = { assignee: { id: 'me', name: 'Lin' } };

beforeEach(() => {
  setActivePinia(createPinia());
  useSession().me = { id: 'me', username: 'lin', name: 'Lin', role: 'agent', tenant: { id: 't', name: 'Shop' } };
  server.lists = [];
  server.pages.clear();
  server.asked = [];
});

describe('chats', () => {
  it('counts unread messages as they arrive and forgets them once read', async () => {
    server.lists = [conversation('c', { ...mine, seq: 1, read: 1, last: message(1, 'visitor', 1) })];
    server.pages.set('c', [entry(1, 'visitor', 'text')]);
    const chats = useChats();
    await chats.reload();
    await chats.load('c');
    expect(chats.unreadTotal).toBe(0);
    expect(chats.apply(entry(2, 'visitor', 'text'))).toBe(true);
    expect(chats.apply(entry(3, 'visitor', 'text'))).toBe(true);
    expect(chats.apply(entry(3, 'visitor', 'text'))).toBe(false);
    expect(chats.unread['c']).toBe(2);
    expect(chats.byId.get('c')?.last?.text).toBe('m3');
    expect(chats.markRead('c', 3)).toBe(true);
    expect(chats.unreadTotal).toBe(0);
  });

  it('moves a chat from Waiting to Mine when an entry says it is ours', async () => {
    server.lists = [conversation('c', { status: 'waiting', seq: 1 })];
    const chats = useChats();
    await chats.reload();
    expect(chats.tabCounts).toEqual({ mine: 0, waiting: 1, all: 1 });
    server.lists = [conversation('c', { ...mine, seq: 2 })];
    chats.apply(entry(2, 'system', 'assigned', { body: { assignee: { id: 'me', name: 'Lin' } } }));
    expect(chats.tabCounts).toEqual({ mine: 1, waiting: 0, all: 1 });
    expect(server.asked).toContain('c');
  });

  it('lets an older answer of REST not undo what an entry said', async () => {
    server.lists = [conversation('c', { ...mine, seq: 2, last: message(2, 'visitor', 2, 'second') })];
    const chats = useChats();
    await chats.reload();
    chats.apply(entry(3, 'visitor', 'text'));
    await chats.refresh('c');
    expect(chats.byId.get('c')).toMatchObject({ seq: 3, last: { text: 'm3' } });
  });

  it('starts a timeline over when a page shows that something lies between', async () => {
    server.lists = [conversation('c', { ...mine, seq: 2 })];
    server.pages.set('c', [entry(1, 'visitor', 'text'), entry(2, 'visitor', 'text')]);
    const chats = useChats();
    await chats.reload();
    await chats.load('c');
    server.pages.set('c', [entry(8, 'visitor', 'text'), entry(9, 'visitor', 'text')]);
    chats.apply(entry(9, 'visitor', 'text'));
    await vi.waitFor(() => expect(chats.timelines.get('c')?.entries.map((e) => e.seq)).toEqual([8, 9]));
  });

  it('asks for a conversation that an entry names and no list held', async () => {
    const chats = useChats();
    await chats.reload();
    server.lists = [conversation('new', mine)];
    chats.apply(entry(1, 'visitor', 'text', { conv: 'new' }));
    await vi.waitFor(() => expect(chats.byId.has('new')).toBe(true));
  });

  it('knows a visitor’s marks and presence', async () => {
    server.lists = [conversation('c', mine)];
    const chats = useChats();
    await chats.reload();
    chats.applyMarks('c', { delivered: 4, read: 2, own: 3 });
    expect(chats.marks.get('c')).toMatchObject({ delivered: 4, read: 2 });
    expect(chats.byId.get('c')?.read).toBe(3);
    chats.applyPresence('visitor-of-c', 'left');
    expect(chats.byId.get('c')?.visitor.online).toBe(false);
  });
});
