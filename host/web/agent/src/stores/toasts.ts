// Short answers to what the agent just did, some with a way back.
import { defineStore } from 'pinia';
import { ref } from 'vue';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'bad';
  action?: { text: string; run: () => void } | undefined;
}

const PLAIN_MS = 4_000;
const UNDO_MS = 10_000;

export const useToasts = defineStore('toasts', () => {
  const list = ref<Toast[]>([]);
  let next = 1;

  function show(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
    const id = next;
    next += 1;
    list.value = [...list.value.slice(-2), { id, text, tone: options.tone ?? 'plain', action: options.action }];
    setTimeout(() => drop(id), options.action === undefined && options.tone !== 'bad' ? PLAIN_MS : UNDO_MS);
  }

  function drop(id: number): void {
    list.value = list.value.filter((toast) => toast.id !== id);
  }

  function clear(): void {
    list.value = [];
  }

  return { list, show, drop, clear };
});
