import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHANNEL, envelope, type Envelope, type ToLoader, type ToPanel } from '../src/shared/messages.js';

const ORIGIN = 'https://chat.example';
type Api = ((...args: unknown[]) => unknown) & { q?: unknown[][]; loaded?: boolean };
const hotdesk = (): Api => (window as unknown as { hotdesk: Api }).hotdesk;

let root: ShadowRoot;
/** What the frame's document would be: jsdom gives frames inside shadow roots no window. */
let panel: Window;
let toPanel: ToPanel[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetModules();
  toPanel = [];
  // jsdom has neither constructable sheets nor a way into closed roots
  vi.stubGlobal('CSSStyleSheet', class {
    replaceSync(): void {}
  });
  const attach = Element.prototype.attachShadow;
  vi.spyOn(Element.prototype, 'attachShadow').mockImplementation(function (this: Element) {
    return (root = attach.call(this, { mode: 'open' }));
  });
  const stand = document.createElement('iframe');
  document.body.replaceChildren(stand);
  panel = stand.contentWindow!;
  panel.postMessage = ((data: Envelope<ToPanel>) => void toPanel.push(data.message)) as typeof window.postMessage;
  vi.spyOn(HTMLIFrameElement.prototype, 'contentWindow', 'get').mockImplementation(() => panel as WindowProxy);
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
  delete (window as unknown as { hotdesk?: Api }).hotdesk;
  document.head.replaceChildren();
});
afterEach(() => {
  hotdesk()('destroy');
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function script(data: Record<string, string> = { site: 'S' }): void {
  const tag = document.createElement('script');
  tag.setAttribute('src', `${ORIGIN}/widget.js`);
  tag.type = 'text/plain'; // jsdom must not fetch it
  Object.assign(tag.dataset, data);
  document.head.appendChild(tag);
}
const load = () => import('../src/loader/main.js');
const frame = () => root.querySelector('iframe')!;

/** Lets the frame speak, from our origin unless told otherwise. */
function panelSays(message: ToLoader, origin = ORIGIN): void {
  window.dispatchEvent(new MessageEvent('message', { data: envelope(message), origin, source: panel }));
}
async function ready(): Promise<void> {
  script();
  await load();
  await vi.advanceTimersByTimeAsync(400);
  panelSays({ t: 'hello' });
}

describe('loader', () => {
  it('draws a launcher at once and the frame after the page, from the origin of the script', async () => {
    script();
    await load();
    expect(root.querySelector('.launch')!.getAttribute('aria-label')).toBe('Open chat');
    expect(frame()).toBeNull();
    await vi.advanceTimersByTimeAsync(400);
    expect(frame().src).toBe(`${ORIGIN}/widget/S`);
    expect(frame().title).not.toBe('');
  });

  it('runs what the page called before it loaded, and loading twice changes nothing', async () => {
    const opened = vi.fn();
    const stub = ((...args: unknown[]) => void (stub.q ??= []).push(args)) as Api;
    (window as unknown as { hotdesk: Api }).hotdesk = stub;
    stub('on', 'open', opened);
    stub('open');
    script();
    await load();
    expect(opened).toHaveBeenCalledOnce();
    const api = hotdesk();
    vi.resetModules();
    await load();
    expect(hotdesk()).toBe(api);
    expect(document.querySelectorAll('hotdesk-widget')).toHaveLength(1);
  });

  it('starts by a call where the script has no site', async () => {
    script({});
    await load();
    expect(document.querySelector('hotdesk-widget')).toBeNull();
    hotdesk()('init', { site: 'X', locale: 'zh', origin: ORIGIN });
    expect(root.querySelector('.launch')!.getAttribute('aria-label')).toBe('打开在线客服');
  });

  it('answers hello with the page, the wishes, and what was asked for meanwhile', async () => {
    script({ site: 'S', theme: 'dark', locale: 'zh' });
    await load();
    hotdesk()('identify', { name: 'Yu', token: 'jwt' });
    hotdesk()('send', 'hi');
    await vi.advanceTimersByTimeAsync(400);
    panelSays({ t: 'hello' });
    expect(toPanel[0]).toMatchObject({ t: 'init', open: true, theme: 'dark', locale: 'zh', visitor: { name: 'Yu' }, identity: 'jwt', page: { url: location.href } });
    expect(toPanel[1]).toEqual({ t: 'send', text: 'hi' });
  });

  it('listens to its own frame and origin alone', async () => {
    await ready();
    panelSays({ t: 'unread', n: 3 }, 'https://evil.example');
    window.dispatchEvent(new MessageEvent('message', { data: envelope({ t: 'unread', n: 3 }), origin: ORIGIN, source: window }));
    window.dispatchEvent(new MessageEvent('message', { data: { channel: CHANNEL }, origin: ORIGIN, source: panel }));
    expect(hotdesk()('get', 'unread')).toBe(0);
    panelSays({ t: 'unread', n: 3 });
    expect(hotdesk()('get', 'unread')).toBe(3);
  });

  it('shows unread in the badge, the name, the bubble and the title of a hidden page', async () => {
    await ready();
    document.title = 'Shop';
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    panelSays({ t: 'unread', n: 2, preview: { name: 'Ann', text: '<b>hello</b>' } });
    expect(root.querySelector('.n')!.textContent).toBe('2');
    expect(root.querySelector('.launch')!.getAttribute('aria-label')).toBe('Open chat, 2 unread');
    expect(root.querySelector('.txt')!.textContent).toBe('<b>hello</b>');
    expect(document.title).toBe('(2) New messages');
    vi.advanceTimersByTime(1_500);
    expect(document.title).toBe('Shop');
    vi.advanceTimersByTime(1_500);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(document.title).toBe('Shop');
    hotdesk()('open');
    expect((root.querySelector('.tip') as HTMLElement).hidden).toBe(true);
  });

  it('opens and closes, tells the panel and the page, and can be left with Esc', async () => {
    await ready();
    const events: string[] = [];
    hotdesk()('on', 'open', () => events.push('open'));
    const off = hotdesk()('on', 'close', () => events.push('close')) as () => void;
    (root.querySelector('.launch') as HTMLElement).click();
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    off();
    hotdesk()('toggle');
    panelSays({ t: 'close' });
    expect(events).toEqual(['open', 'close', 'open']);
    expect(toPanel.filter((m) => m.t === 'open').map((m) => (m as { open: boolean }).open)).toEqual([true, false, true, false]);
  });

  it('follows a single-page app', async () => {
    await ready();
    history.pushState({}, '', '/kettle');
    await vi.advanceTimersByTimeAsync(300);
    expect(toPanel.at(-1)).toMatchObject({ t: 'page', page: { url: expect.stringContaining('/kettle') as string } });
  });

  it('tries again where the frame never speaks, and says so', async () => {
    script();
    await load();
    await vi.advanceTimersByTimeAsync(400);
    const first = frame();
    first.dispatchEvent(new Event('load'));
    await vi.advanceTimersByTimeAsync(4_100);
    expect(frame()).toBeNull();
    expect(root.querySelector('.away')!.textContent).toContain('Trying again');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(frame()).not.toBe(first);
    panelSays({ t: 'hello' });
    expect(root.querySelector('.away')!.textContent).toBe('');
  });

  it('goes away where the site refuses the page, and on destroy', async () => {
    await ready();
    panelSays({ t: 'refused', reason: 'origin' });
    expect((root.querySelector('.dock') as HTMLElement).hidden).toBe(true);
    hotdesk()('destroy');
    expect(document.querySelector('hotdesk-widget')).toBeNull();
  });
});
