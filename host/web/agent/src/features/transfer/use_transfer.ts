import { computed, ref, type Ref } from 'vue';
import type { Conversation, Person } from '../../model.js';
import { directory } from '../../rest.js';
import { useChats } from '../../stores/chats.js';
import { useSession } from '../../stores/session.js';
import { candidates } from './candidates.js';

/** Whom a conversation can go to, asked for afresh each time the dialog opens. */
export function useTransfer(conversation: Ref<Conversation | null>) {
  const chats = useChats();
  const session = useSession();
  const all = ref<Person[]>([]);
  const state = ref<'loading' | 'ready' | 'failed'>('loading');

  const people = computed(() => candidates(chats.agents, session.me?.id ?? '', conversation.value?.assignee?.id ?? null));
  // with one department only, giving a chat back to it means back to the queue
  const departments = computed(() => all.value);

  async function load(): Promise<void> {
    state.value = 'loading';
    try {
      const [found] = await Promise.all([directory.departments(), chats.reloadAgents()]);
      all.value = found;
      state.value = 'ready';
    } catch {
      state.value = 'failed';
    }
  }

  return { people, departments, state, load };
}
