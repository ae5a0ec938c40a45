// The widget as the page sees it: launcher, frame, state, events. The panel inside the frame does the talking.
import { envelope, unwrap, type LocaleChoice, type ThemeChoice, type ToLoader, type ToPanel, type VisitorInfo } from '../shared/messages.js';
import { buildDom } from './dom.js';
import { pageInfo, watchPages } from './pages.js';
import { texts } from './texts.js';
import { TitleBlink } from './title_blink.js';

export interface WidgetOptions {
  site: string;
  /** Origin of the Hotdesk host. */
  origin: string;
  locale?: LocaleChoice;
  theme?: ThemeChoice;
  position?: 'left' | 'right';
}

/** How long a loaded frame may take to speak. */
const HELLO_MS = 4000;

type Handler = (data: unknown) => void;

export class Widget {
  readonly #options: WidgetOptions;
  readonly #dom = buildDom();
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #blink = new TitleBlink();
  readonly #undo: (() => void)[] = [];
  #frame: HTMLIFrameElement | undefined;
  #ready = false;
  #waiting: ToPanel[] = [];
  #open = false;
  #unread = 0;
  #locale: 'zh' | 'en';
  #connection = 'offline';
  #visitorId: string | undefined;
  #visitor: { visitor: VisitorInfo; identity?: string } | undefined;
  #overflow = '';
  #wait = 2000;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WidgetOptions) {
    this.#options = options;
    const wished = options.locale ?? 'auto';
    this.#locale = wished === 'auto' ? (/^zh\b/i.test(navigator.language) ? 'zh' : 'en') : wished;
    const { launch, tipText, tipClose, host, dock } = this.#dom;
    launch.onclick = () => this.toggle();
    tipText.onclick = () => this.open();
    tipClose.onclick = () => this.#hideTip();
    dock.classList.toggle('left', options.position === 'left');
    // on <html>, not in <body>: frameworks that swap the body leave it alone
    document.documentElement.appendChild(host);
    this.#listen(window, 'message', (event) => this.#hear(event as MessageEvent));
    this.#listen(document, 'visibilitychange', () => this.#blinkTitle());
    this.#listen(document, 'keydown', (event) => {
      if ((event as KeyboardEvent).key === 'Escape' && this.#open && !event.defaultPrevented) this.close();
    });
    this.#undo.push(
      watchPages((page) => {
        if (!host.isConnected) document.documentElement.appendChild(host);
        this.#post({ t: 'page', page });
      }),
    );
    this.#words();
    // the page's own work comes first
    const load = (): void => void (this.#timer = setTimeout(() => this.#load(), 300));
    if (document.readyState === 'complete') load();
    else this.#listen(window, 'load', load);
  }

  // ---- what the page may call ----------------------------------------------------------------------------------

  open(): void {
    if (this.#open) return;
    this.#load();
    this.#open = true;
    const { dock, panel, launch } = this.#dom;
    panel.hidden = false;
    panel.classList.add('in');
    dock.classList.add('open');
    launch.setAttribute('aria-expanded', 'true');
    this.#hideTip();
    this.#words();
    if (innerWidth <= 480) {
      this.#overflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = 'hidden'; // the page behind a full-screen chat stays where it is
    }
    this.#frame?.focus();
    this.#post({ t: 'open', open: true });
    this.#emit('open');
  }
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const { dock, panel, launch } = this.#dom;
    panel.hidden = true;
    dock.classList.remove('open');
    launch.setAttribute('aria-expanded', 'false');
    document.documentElement.style.overflow = this.#overflow;
    this.#words();
    // only from inside: a page that closes it by itself keeps its focus
    if (document.activeElement === this.#dom.host) launch.focus();
    this.#post({ t: 'open', open: false });
    this.#emit('close');
  }
  toggle(): void {
    if (this.#open) this.close();
    else this.open();
  }
  show(): void {
    this.#dom.dock.hidden = false;
  }
  hide(): void {
    this.close();
    this.#dom.dock.hidden = true;
  }
  send(text: unknown): void {
    this.open();
    this.#post({ t: 'send', text: String(text) });
  }
  prefill(text: unknown): void {
    this.open();
    this.#post({ t: 'prefill', text: String(text) });
  }
  identify(who: VisitorInfo & { token?: string } = {}): void {
    const { token, ...visitor } = who;
    this.#visitor = { visitor, ...(token === undefined ? {} : { identity: token }) };
    if (this.#ready) this.#post({ t: 'identify', ...this.#visitor });
  }
  setLocale(locale: LocaleChoice): void {
    this.#options.locale = locale;
    if (locale !== 'auto') this.#locale = locale;
    this.#words();
    this.#post({ t: 'locale', locale });
  }
  setTheme(theme: ThemeChoice): void {
    this.#options.theme = theme;
    this.#post({ t: 'theme', theme });
  }
  on(name: string, handler: Handler): () => void {
    let set = this.#handlers.get(name);
    if (!set) this.#handlers.set(name, (set = new Set()));
    set.add(handler);
    return () => this.off(name, handler);
  }
  once(name: string, handler: Handler): () => void {
    const off = this.on(name, (data) => {
      off();
      handler(data);
    });
    return off;
  }
  off(name: string, handler?: Handler): void {
    if (handler) this.#handlers.get(name)?.delete(handler);
    else this.#handlers.delete(name);
  }
  get(what: string): unknown {
    const unread = this.#unread;
    const known: Record<string, unknown> = {
      unread,
      state: { open: this.#open, unread, connection: this.#connection },
      visitorId: this.#visitorId,
    };
    return known[what];
  }
  destroy(): void {
    this.close();
    for (const undo of this.#undo.splice(0)) undo();
    clearTimeout(this.#timer);
    this.#blink.stop();
    this.#handlers.clear();
    this.#dom.host.remove();
  }

  // ---- the frame -----------------------------------------------------------------------------------------------

  #load(): void {
    if (this.#frame) return;
    clearTimeout(this.#timer);
    const frame = (this.#frame = document.createElement('iframe'));
    frame.title = texts[this.#locale].frame;
    frame.src = `${this.#options.origin}/widget/${encodeURIComponent(this.#options.site)}`;
    // a server that is away, or a code it doesn't know, answers with a page that never says hello
    frame.onload = () => setTimeout(() => !this.#ready && frame === this.#frame && this.#again(), HELLO_MS);
    this.#dom.panel.appendChild(frame);
  }

  #again(): void {
    this.#dom.away.textContent = texts[this.#locale].away;
    this.#frame!.remove();
    this.#frame = undefined;
    this.#timer = setTimeout(() => this.#load(), (this.#wait *= 2));
  }

  #post(message: ToPanel): void {
    if (!this.#ready) {
      // what `init` says anyway needs no queue
      if (message.t === 'send' || message.t === 'prefill') this.#waiting.push(message);
      return;
    }
    this.#frame?.contentWindow?.postMessage(envelope(message), this.#options.origin);
  }

  #hear(event: MessageEvent): void {
    if (!this.#frame || event.source !== this.#frame.contentWindow || event.origin !== this.#options.origin) return;
    const message = unwrap<ToLoader>(event.data);
    switch (message?.t) {
      case 'hello': {
        this.#ready = true;
        this.#dom.away.textContent = '';
        const { locale, theme } = this.#options;
        this.#post({
          t: 'init',
          page: pageInfo(),
          open: this.#open,
          ...(locale ? { locale } : {}),
          ...(theme ? { theme } : {}),
          ...this.#visitor,
          ...this.#kept(),
        });
        for (const waiting of this.#waiting.splice(0)) this.#post(waiting);
        return this.#emit('ready');
      }
      case 'close':
        return this.close();
      case 'look':
        return this.#look(message);
      case 'unread':
        return this.#unreadChanged(message.n, message.preview);
      case 'state':
        this.#visitorId = message.visitorId;
        if (this.#connection !== message.connection) this.#emit('connection', (this.#connection = message.connection));
        return;
      case 'keep':
        try {
          localStorage.setItem(this.#key, JSON.stringify(message.kept));
        } catch {
          // remembered for this page only
        }
        return;
      case 'event':
        return this.#emit(message.name, message.data);
      case 'refused':
        this.#emit('error', message.reason);
        return this.hide();
    }
  }

  get #key(): string {
    return `hotdesk.kept.${this.#options.site}`;
  }
  #kept(): { kept?: Record<string, string> } {
    try {
      const kept = localStorage.getItem(this.#key);
      return kept ? { kept: JSON.parse(kept) as Record<string, string> } : {};
    } catch {
      return {};
    }
  }

  #look(look: ToLoader & { t: 'look' }): void {
    const { dock } = this.#dom;
    dock.classList.toggle('dark', look.theme === 'dark');
    dock.classList.toggle('left', (this.#options.position ?? look.position) === 'left');
    if (look.color) dock.style.setProperty('--c', look.color);
    if (look.onColor) dock.style.setProperty('--oc', look.onColor);
    this.#locale = look.locale;
    this.#words();
  }

  #unreadChanged(n: number, preview: { name: string; text: string } | undefined): void {
    const more = n > this.#unread;
    if (n !== this.#unread) this.#emit('unread', n);
    this.#unread = n;
    const { badge, tip, tipWho, tipText } = this.#dom;
    badge.hidden = n === 0;
    badge.textContent = n > 99 ? '99+' : String(n);
    if (n === 0 || this.#open) this.#hideTip();
    else if (more && preview) {
      tipWho.textContent = preview.name;
      tipText.textContent = preview.text;
      tip.hidden = false;
    }
    this.#words();
    this.#blinkTitle();
  }

  #hideTip(): void {
    this.#dom.tip.hidden = true;
  }
  #blinkTitle(): void {
    this.#blink.set(this.#unread > 0 ? texts[this.#locale].title(this.#unread) : undefined);
  }

  #words(): void {
    const words = texts[this.#locale];
    const { launch, hint, tipClose } = this.#dom;
    const label = this.#open ? words.close : words.open + (this.#unread > 0 ? words.unread(this.#unread) : '');
    launch.setAttribute('aria-label', label);
    hint.textContent = words.frame;
    tipClose.setAttribute('aria-label', words.dismiss);
    if (this.#frame) this.#frame.title = words.frame;
  }

  #emit(name: string, data?: unknown): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        handler(data);
      } catch (error) {
        reportError(error); // the page's own mistake, in the page's own error log
      }
    }
  }
  #listen(target: EventTarget, name: string, handler: (event: Event) => void): void {
    target.addEventListener(name, handler);
    this.#undo.push(() => target.removeEventListener(name, handler));
  }
}
