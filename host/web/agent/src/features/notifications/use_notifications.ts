// Sound, desktop notices, the count in the tab's title and the dot on its icon.
import { defineStore } from 'pinia';
import { ref, watch } from 'vue';
import plainIcon from '../../favicon.svg?url';
import unreadIcon from '../../favicon_unread.svg?url';
import { isMine } from '../list/order.js';
import { useChats } from '../../stores/chats.js';
import { useConnection } from '../../stores/connection.js';
import { useSession } from '../../stores/session.js';
import { Beeper } from './beeper.js';

const SOUND_KEY = 'hotdesk.agent.sound';

export interface Words {
  title: (name: string) => string;
  waiting: string;
  assigned: string;
  name: (visitor: { id: string; name: string }) => string;
}

export const useNotifications = defineStore('notifications', () => {
  const sound = ref(stored());
  const permission = ref<NotificationPermission | 'unsupported'>('Notification' in window ? Notification.permission : 'unsupported');
  const beeper = new Beeper();

  watch(sound, (on) => {
    try {
      localStorage.setItem(SOUND_KEY, on ? 'on' : 'off');
    } catch {
      // kept for this page only
    }
    if (on) beeper.play();
  });

  async function askPermission(): Promise<void> {
    if (permission.value === 'unsupported') return;
    permission.value = await Notification.requestPermission();
  }

  /** Rings for what happens while this page isn't looked at. `active`: the conversation on screen. Returns its own undo. */
  function start(words: Words, active: () => string | null, open: (conv: string) => void): () => void {
    const chats = useChats();
    const me = useSession().me?.id ?? '';
    const unlock = (): void => beeper.unlock();
    addEventListener('pointerdown', unlock, { once: true });
    addEventListener('keydown', unlock, { once: true });
    const stop = useConnection().listen((event) => {
      const conv = event.kind === 'message' ? event.entry.conv : event.conv;
      const c = chats.byId.get(conv);
      if (event.kind === 'message' && c !== undefined && !isMine(c, me)) return;
      const here = !document.hidden && document.hasFocus();
      if (sound.value && !(here && event.kind === 'message' && active() === conv)) beeper.play();
      if (here || permission.value !== 'granted') return;
      const title = event.kind === 'message' ? words.title(c === undefined ? '' : words.name(c.visitor)) : words[event.kind];
      const body = event.kind === 'message' ? String(event.entry.body['text'] ?? '').slice(0, 120) : '';
      const notice = new Notification(title, { body, tag: conv, icon: plainIcon });
      notice.onclick = () => {
        window.focus();
        open(conv);
        notice.close();
      };
    });
    return () => {
      stop();
      removeEventListener('pointerdown', unlock);
      removeEventListener('keydown', unlock);
    };
  }

  return { sound, permission, askPermission, start };
});

/** The tab says how much is unread even when it is one of twenty. */
export function showOnTab(count: number, title: string): void {
  document.title = count > 0 ? `(${count > 99 ? '99+' : count}) ${title}` : title;
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  const href = count > 0 ? unreadIcon : plainIcon;
  if (icon !== null && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
}

function stored(): boolean {
  try {
    return localStorage.getItem(SOUND_KEY) !== 'off';
  } catch {
    return true;
  }
}
