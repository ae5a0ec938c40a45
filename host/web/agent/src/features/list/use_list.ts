import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { useChats } from '../../stores/chats.js';
import { useSession } from '../../stores/session.js';
import { group, neighbour, type Tab } from './order.js';

/** The list on screen: its tab, its filter and its order, which the keyboard follows too. */
export const useList = defineStore('list', () => {
  const chats = useChats();
  const session = useSession();
  const tab = ref<Tab>('mine');
  const groups = computed(() => group(tab.value, chats.all, session.me?.id ?? ''));

  function next(current: string | null, step: 1 | -1): string | null {
    return neighbour(groups.value, current, step);
  }

  return { tab, groups, next };
});
