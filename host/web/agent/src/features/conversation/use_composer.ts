import { computed, onScopeDispose, ref, watch, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Conversation } from '../../model.js';
import { useChats } from '../../stores/chats.js';
import { useConnection } from '../../stores/connection.js';
import { useSession } from '../../stores/session.js';
import { useToasts } from '../../stores/toasts.js';
import { isMine } from '../list/order.js';
import { Drafts } from './drafts.js';
import { useActions } from './use_actions.js';

export const TEXT_LIMIT = 10_000;

/** What pressing Send does first: nothing, taking the chat over, or opening it again. The box itself never locks. */
export type Mode = 'reply' | 'take' | 'reopen';

export function modeOf(c: Conversation, me: string): Mode {
  if (c.status === 'closed') return 'reopen';
  return isMine(c, me) ? 'reply' : 'take';
}

/** Characters as the server counts them. */
export function length(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export function useComposer(conversation: Ref<Conversation>) {
  const chats = useChats();
  const connection = useConnection();
  const me = useSession().me?.id ?? '';
  const drafts = new Drafts(me);
  const { take, reopen } = useActions();
  const toasts = useToasts();
  const { t } = useI18n();

  const text = ref(drafts.load(conversation.value.id));
  const saved = ref(true);
  const busy = ref(false);
  const mode = computed(() => modeOf(conversation.value, me));
  const left = computed(() => TEXT_LIMIT - length(text.value));
  const sendable = computed(() => text.value.trim() !== '' && left.value >= 0 && !busy.value);

  let typingIn = conversation.value.id;
  // the library sends at most one notice per three seconds
  const typing = (on: boolean): void => connection.link?.typing(typingIn, on);

  watch(() => conversation.value.id, (id, before) => {
    typing(false);
    drafts.save(before, text.value);
    typingIn = id;
    text.value = drafts.load(id);
  });

  function changed(): void {
    saved.value = drafts.save(conversation.value.id, text.value);
    if (mode.value === 'reply') typing(text.value.trim() !== '');
  }

  /** What has to happen before a reply may go out. Only this keeps a second press of Enter waiting. */
  async function prepare(c: Conversation): Promise<boolean> {
    busy.value = true;
    try {
      if (c.status === 'closed' && !(await reopen(c))) return false;
      const now = chats.byId.get(c.id) ?? c;
      return isMine(now, me) || take(now);
    } finally {
      busy.value = false;
    }
  }

  /** True when the message is on its way or safe in the outbox. The box is empty at once, so that nobody types into a wait. */
  async function send(): Promise<boolean> {
    if (!sendable.value) return false;
    const c = conversation.value;
    const words = text.value;
    if (mode.value !== 'reply' && !(await prepare(c))) return false;
    typing(false);
    if (here(c) && text.value === words) text.value = '';
    try {
      await connection.link?.send(c.id, words);
    } catch {
      // the client knows already that the server could never take it: characters no message may hold
      if (here(c) && text.value === '') text.value = words;
      toasts.show(t('composer.unsendable'), { tone: 'bad' });
      return false;
    }
    // the draft goes only now that the words are safe elsewhere
    drafts.save(c.id, here(c) ? text.value : '');
    return true;
  }

  const here = (c: Conversation): boolean => conversation.value.id === c.id;

  onScopeDispose(() => typing(false));
  return { text, saved, busy, mode, left, sendable, changed, send, stopTyping: () => typing(false) };
}
