// The one socket of the workspace: starts with the sign-in, feeds the chats, and says how it is.
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { makeLink, type Link, type LinkState } from '../link.js';
import type { Entry, PresenceState } from '../model.js';
import { isMine } from '../features/list/order.js';
import { toPerson } from '../rest.js';
import { useChats } from './chats.js';
import { useSession } from './session.js';
import { useToasts } from './toasts.js';

export type Listener = (event: { kind: 'message'; entry: Entry } | { kind: 'waiting' | 'assigned'; conv: string }) => void;

export const useConnection = defineStore('connection', () => {
  const chats = useChats();
  const session = useSession();
  const state = ref<LinkState>({ kind: 'connecting' });
  const network = ref(navigator.onLine);
  const link = shallowRef<Link | null>(null);
  const listeners = new Set<Listener>();
  const tell: Listener = (event) => listeners.forEach((listener) => listener(event));
  const unsent = computed(() => chats.pending.filter((p) => p.state === 'waiting').length);

  addEventListener('online', () => (network.value = true));
  addEventListener('offline', () => (network.value = false));

  function start(): void {
    const me = session.me;
    if (link.value !== null || me === null) return;
    state.value = { kind: 'connecting' };
    link.value = makeLink(me, {
      state: (next) => {
        // the bar counts from the first drop, not from the latest failed try
        const first = state.value.kind === 'offline' ? state.value.since : Infinity;
        state.value = next.kind === 'offline' ? { ...next, since: Math.min(next.since, first) } : next;
        if (next.kind === 'stopped' && next.why === 'signed_out') session.end();
      },
      welcome: () => void chats.reload(),
      entry: (entry) => {
        const fresh = chats.apply(entry);
        if (!fresh) return;
        if (entry.from.role === 'visitor' && entry.kind === 'text') tell({ kind: 'message', entry });
        if (givenTo(entry) === me.id && entry.from.id !== me.id) tell({ kind: 'assigned', conv: entry.conv });
      },
      queue: (notice) => {
        chats.applyQueue(notice);
        if (notice.kind === 'waiting') tell({ kind: 'waiting', conv: notice.conv });
      },
      marks: chats.applyMarks,
      pending: chats.setPending,
      typing: chats.applyTyping,
      presence: chats.applyPresence,
    });
    link.value.start();
    void chats.reload();
  }

  function stop(): void {
    link.value?.stop();
    link.value = null;
    chats.reset();
    useToasts().clear();
  }

  /** Marks a conversation of one's own as read, here and on the server. */
  function read(conv: string): void {
    const c = chats.byId.get(conv);
    if (c === undefined || !isMine(c, session.me?.id ?? '')) return;
    if (chats.markRead(conv, c.seq)) link.value?.read(conv, c.seq);
  }

  function presence(next: PresenceState): void {
    link.value?.presence(next);
    if (chats.own !== undefined) chats.own.state = next;
  }

  function listen(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return { state, network, link, unsent, start, stop, read, presence, listen };
});

/** Whom an entry makes responsible; undefined where it makes nobody. */
function givenTo(entry: Entry): string | undefined {
  if (entry.kind === 'assigned') return toPerson(entry.body['assignee'])?.id;
  return entry.kind === 'transferred' ? toPerson((entry.body['to'] as Record<string, unknown> | undefined)?.['assignee'])?.id : undefined;
}
