import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { effectScope, type EffectScope } from 'vue';
import { FakeServer } from '@hotdesk/client/fake';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import App from '../src/panel/App.vue';
import { chatKey, createChat, type Chat } from '../src/panel/chat.js';
import { locale } from '../src/panel/i18n.js';
import { createLook, lookKey } from '../src/panel/look.js';
import { panelStorage } from '../src/panel/storage.js';
import type { ToLoader } from '../src/shared/messages.js';

class Observer {
  observe(): void {}
  disconnect(): void {}
}
const media = { matches: false, addEventListener: () => undefined };

let server: FakeServer;
let scope: EffectScope;
let chat: Chat;
let app: VueWrapper;
let posted: ToLoader[];
let calls: { path: string; body: unknown; token: string | undefined }[];
/** What the HTTP side answers besides the ordinary: a status, or no answer at all. */
let http: (path: string) => Response | 'down' | undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 24, 10, 0) });
  vi.stubGlobal('ResizeObserver', Observer);
  vi.stubGlobal('matchMedia', () => media);
  localStorage.clear();
  locale.value = 'en';
  server = new FakeServer();
  server.addUser('v', 'visitor', '');
  server.addUser('ann', 'agent', 'Ann');
  posted = [];
  calls = [];
  http = () => undefined;
  start();
});
afterEach(() => {
  app.unmount();
  chat.stop();
  scope.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const fetcher = ((url: string, init: RequestInit) => {
  const path = url.replace('/api/v1', '');
  const token = (init.headers as Record<string, string>)['Authorization'];
  calls.push({ path, token, body: JSON.parse(String(init.body)) });
  const special = http(path);
  if (special === 'down') return Promise.reject(new TypeError('no'));
  if (special) return Promise.resolve(special);
  const answer = path === '/visitor/session' ? { token: 'tok', user: 'v', conversation: server.conversationOf('v'), connect: server.connectSet('v'), widget: { title: 'Shop', quick: ['Where is my order?'] } } : {};
  return Promise.resolve(new Response(JSON.stringify(answer)));
}) as typeof fetch;

function start(): void {
  scope = effectScope();
  scope.run(() => {
    const post = (message: ToLoader): void => void posted.push(message);
    chat = createChat({ site: 'S', storage: panelStorage(() => undefined), post, fetch: fetcher, open: server.open, endpoint: 'wss://host/ws' });
    const look = createLook(chat.settings, post);
    app = mount(App, { attachTo: document.body, global: { provide: { [chatKey as symbol]: chat, [lookKey as symbol]: look } } });
  });
}
async function settle(ms = 50): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await flushPromises();
}
/** Boot as a page does: the tabs need a moment to agree where there are no locks. */
async function boot(): Promise<void> {
  void chat.start();
  chat.state.shown = true;
  await settle(1_000);
}
const conv = () => server.conversationOf('v');
const bubbles = () => app.findAll('.bub').map((b) => b.text().replace(/^.*?: */, ''));

describe('panel', () => {
  it('a quick question opens the chat, waits, and shows the agent who joins', async () => {
    await boot();
    await app.find('.qs button').trigger('click');
    await settle();
    expect(bubbles()).toEqual(['Where is my order?']);
    expect(app.find('.wh').text()).toContain('Waiting for an agent');
    server.assign(conv(), 'ann');
    await settle();
    expect(app.find('.wh h1').text()).toBe('Ann');
    expect(app.find('.log').text()).toContain('Ann joined');
    expect(app.find('.log').attributes('role')).toBe('log');
  });

  it('Enter sends, Shift+Enter and an input method do not', async () => {
    await boot();
    chat.state.view = 'chat';
    await settle();
    const field = app.find('textarea');
    await field.setValue('hello');
    await field.trigger('keydown', { key: 'Enter', shiftKey: true });
    await field.trigger('keydown', { key: 'Enter', isComposing: true });
    await settle();
    expect(bubbles()).toEqual([]);
    await field.trigger('keydown', { key: 'Enter' });
    await settle();
    expect(bubbles()).toEqual(['hello']);
    expect((field.element as HTMLTextAreaElement).value).toBe('');
  });

  it('says each state of a message', async () => {
    await boot();
    await chat.send('hello');
    await settle();
    expect(app.find('.me .meta').text()).toContain('Sent');
    server.readMark('ann', conv(), 2, 'delivered');
    await settle();
    expect(app.find('.me .meta').text()).toContain('Delivered');
    server.readMark('ann', conv(), 2);
    await settle();
    expect(app.find('.me .meta').text()).toContain('Read');
  });

  it('shows the bar only after two seconds, keeps the composer, and sends what was written', async () => {
    await boot();
    await chat.send('one');
    await settle();
    server.refusing = true;
    http = () => 'down';
    server.drop();
    await settle(1_500);
    expect(app.find('.recon').exists()).toBe(false);
    await settle(1_000);
    expect(app.find('.recon').text()).toContain('Reconnecting');
    await app.find('textarea').setValue('two');
    await app.find('textarea').trigger('keydown', { key: 'Enter' });
    await settle();
    expect(app.findAll('.me').at(-1)!.text()).toContain('Waiting to send');
    server.refusing = false;
    http = () => undefined;
    await app.find('.recon .lnk').trigger('click');
    await settle(500);
    expect(app.find('.recon').exists()).toBe(false);
    expect(bubbles()).toEqual(['one', 'two']);
    expect(app.findAll('.me').at(-1)!.text()).toContain('Sent');
  });

  it('keeps what is written before the first session answers', async () => {
    http = () => 'down';
    await boot();
    await chat.send('early');
    await settle();
    expect(app.find('.me').text()).toContain('Waiting to send');
    http = () => undefined;
    chat.tryNow();
    await settle(1_500);
    expect(bubbles()).toEqual(['early']);
    expect(app.find('.me .meta').text()).toContain('Sent');
  });

  it('a refused message says why, and can be retried or deleted', async () => {
    await boot();
    server.answers.push({ code: 'E_BLOCKED', msg: '' });
    await chat.send('rude');
    await settle();
    expect(app.find('.fail').text()).toContain('rules');
    await app.findAll('.acts button')[0]!.trigger('click');
    await settle();
    expect(app.find('.fail').exists()).toBe(false);
    server.answers.push({ code: 'E_SOMETHING_NEW', msg: '' });
    await chat.send('again');
    await settle();
    expect(app.find('.fail').text()).toContain('E_SOMETHING_NEW');
    await app.findAll('.acts button')[1]!.trigger('click');
    await settle();
    expect(bubbles()).toEqual(['rude']);
  });

  it('draws markup as the text it is', async () => {
    await boot();
    await chat.send('<img src=x onerror=alert(1)> https://a.example');
    await settle();
    expect(app.find('.bub img').exists()).toBe(false);
    expect(app.find('.bub a').attributes()).toMatchObject({ href: 'https://a.example', rel: 'noopener noreferrer nofollow' });
  });

  it('a closed chat asks for a rating, thanks, and can be started anew', async () => {
    await boot();
    await chat.send('hi');
    await settle();
    server.assign(conv(), 'ann');
    server.close(conv(), 'ann');
    await settle();
    expect(app.find('.log').text()).toContain('Ann ended the chat');
    await app.findAll('.face')[4]!.trigger('click');
    await app.find('.rc textarea').setValue('quick');
    await app.find('.rc form').trigger('submit');
    await settle();
    expect(calls.at(-1)).toMatchObject({ body: { score: 5, comment: 'quick' }, token: 'Bearer tok' });
    expect(app.find('.rc').text()).toContain('Thank you');
    await app.find('.after button').trigger('click');
    await settle();
    expect(bubbles()).toEqual([]);
    await chat.send('new');
    await settle();
    expect(bubbles()).toEqual(['new']);
  });

  it('counts what comes while it is minimised, and reads it when it is opened', async () => {
    await boot();
    await chat.send('hi');
    await settle();
    server.assign(conv(), 'ann');
    chat.state.shown = false;
    await settle();
    server.say('ann', conv(), 'hello');
    await settle();
    expect(chat.unread.value).toBe(1);
    chat.state.shown = true;
    await settle();
    expect(chat.unread.value).toBe(0);
    expect(server.received.some((frame) => frame.t === 'read')).toBe(true);
  });

  it('comes back as the same visitor, and as a new one where the token has ended', async () => {
    await boot();
    app.unmount();
    chat.stop();
    scope.stop();
    start();
    calls.length = 0;
    http = (path) => (path === '/visitor/session' && calls.at(-1)!.token ? new Response('{}', { status: 401 }) : undefined);
    await boot();
    expect(calls.map((call) => call.token)).toEqual(['Bearer tok', undefined]);
    expect(chat.link.value.kind).toBe('live');
  });

  it('a page that may not use the chat is told, and the launcher goes', async () => {
    http = () => new Response(JSON.stringify({ code: 'E_ORIGIN', detail: 'not this page' }), { status: 403 });
    await boot();
    expect(app.text()).toContain('may not use this chat');
    expect(posted).toContainEqual({ t: 'refused', reason: 'not this page' });
  });
});

it('storage: asks the page to keep what the frame may not, and takes back what it kept', () => {
  const forbidden = vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  const keep = vi.fn();
  const storage = panelStorage(keep);
  storage.seed({ a: '1' });
  expect(storage.getItem('a')).toBe('1');
  storage.setItem('b', '2');
  expect(keep).toHaveBeenLastCalledWith({ a: '1', b: '2' });
  forbidden.mockRestore();
});
