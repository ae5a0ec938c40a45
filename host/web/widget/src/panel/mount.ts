// Puts the panel together: bridge to the page, chat, look, app.
import { createApp, effectScope, watch } from 'vue';
import { isMessage } from '@hotdesk/client';
import type { ToLoader, ToPanel } from '../shared/messages.js';
import App from './App.vue';
import { startBridge, type Bridge } from './bridge.js';
import { chatKey, createChat, type Chat, type ChatOptions } from './chat.js';
import { startLocale, t, useLocale } from './i18n.js';
import { createLook, lookKey, type Look } from './look.js';
import { panelStorage } from './storage.js';

/** Code points of a message that the bubble beside the launcher shows. */
const PREVIEW = 120;

/** `/widget/{site}` */
export function siteFromPath(path: string): string {
  return decodeURIComponent(path.split('/').filter(Boolean).at(-1) ?? '');
}

export function mountPanel(root: HTMLElement, overrides: Omit<Partial<ChatOptions>, 'post'> = {}): void {
  const scope = effectScope();
  scope.run(() => {
    let wishedLocale: string | undefined;
    let bridge: Bridge | undefined;
    let started = false;
    // what is said before the loader has answered is told again then
    const post = (message: ToLoader): void => bridge?.post(message);
    const storage = panelStorage((kept) => post({ t: 'keep', kept }));
    const chat = createChat({ site: siteFromPath(location.pathname), storage, post, ...overrides });
    startLocale(chat.settings.value.locale);
    const look: Look = createLook(chat.settings, post);

    const begin = (): void => {
      if (started) return;
      started = true;
      startLocale(wishedLocale, chat.settings.value.locale);
      void chat.start();
    };
    const hear = (message: ToPanel): void => {
      switch (message.t) {
        case 'init':
          wishedLocale = message.locale;
          storage.seed(message.kept);
          if (message.theme && message.theme !== 'auto') look.wish(message.theme);
          chat.setPage(message.page, false); // the session call bears it
          if (message.visitor) void chat.identify(identity(message));
          begin();
          tellAll();
          show(chat, message.open);
          return;
        case 'page':
          return chat.setPage(message.page, true);
        case 'open':
          return show(chat, message.open);
        case 'send':
          return void chat.send(message.text).catch(() => (chat.state.prefill = message.text));
        case 'prefill':
          chat.state.view = 'chat';
          chat.state.prefill = message.text;
          return;
        case 'identify':
          return void chat.identify(identity(message)).catch(() => undefined);
        case 'locale':
          wishedLocale = message.locale;
          return useLocale(message.locale);
        case 'theme':
          return look.wish(message.theme);
      }
    };

    const tellUnread = (): void => {
      const n = chat.unread.value;
      const last = chat.items.value.filter((item) => !item.mine && isMessage(item.kind)).at(-1);
      const text = last && n > 0 ? String(last.body['text'] ?? t('file')) : '';
      const short = [...text].slice(0, PREVIEW).join('') + ([...text].length > PREVIEW ? '…' : '');
      post({ t: 'unread', n, ...(text ? { preview: { name: last?.from?.name ?? '', text: short } } : {}) });
    };
    const tellState = (): void => {
      const kind = chat.link.value.kind;
      const id = chat.visitorId.value;
      post({ t: 'state', connection: kind === 'live' ? 'online' : kind === 'stale' ? 'stale' : 'offline', ...(id ? { visitorId: id } : {}) });
    };
    const tellAll = (): void => {
      tellUnread();
      tellState();
      look.tell();
    };
    watch(chat.unread, tellUnread);
    watch([chat.link, chat.visitorId], tellState);
    watch(chat.settings, (settings) => startLocale(wishedLocale, settings.locale));

    bridge = startBridge(hear);
    if (bridge.alone) {
      begin();
      chat.state.shown = true;
    }
    const minimise = (): void => post({ t: 'close' });
    createApp(App, { onMinimise: minimise }).provide(chatKey, chat).provide(lookKey, look).mount(root);
  });
}

function identity(message: ToPanel & { t: 'init' | 'identify' }): Parameters<Chat['identify']>[0] {
  return { ...(message.visitor ? { visitor: message.visitor } : {}), ...(message.identity === undefined ? {} : { identity: message.identity }) };
}

function show(chat: Chat, open: boolean): void {
  // whoever comes back to a running conversation wants to read, not to choose
  if (open && !chat.state.shown && chat.items.value.length > 0 && chat.status.value !== 'closed') chat.state.view = 'chat';
  chat.state.shown = open;
}
