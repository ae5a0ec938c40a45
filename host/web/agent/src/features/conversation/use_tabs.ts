import { defineStore } from 'pinia';
import { ref, watch } from 'vue';

const KEY = 'hotdesk.agent.tabs';
const MAX = 6;

/** The dialogues kept open over the conversation, oldest first; they survive a reload of this browser tab. */
export const useTabs = defineStore('tabs', () => {
  const ids = ref<string[]>(stored());
  watch(ids, (list) => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(list));
    } catch {
      // open again after a reload is a convenience
    }
  });

  function open(id: string): void {
    if (ids.value.includes(id)) return;
    ids.value = [...ids.value, id].slice(-MAX);
  }

  /** Returns what to show next when the closed one was on screen. */
  function close(id: string): string | null {
    const at = ids.value.indexOf(id);
    ids.value = ids.value.filter((other) => other !== id);
    return ids.value[Math.min(Math.max(at, 0), ids.value.length - 1)] ?? null;
  }

  return { ids, open, close };
});

function stored(): string[] {
  try {
    const list: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(list) ? list.filter((id): id is string => typeof id === 'string').slice(-MAX) : [];
  } catch {
    return [];
  }
}
