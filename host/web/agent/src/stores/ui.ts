// What is open on screen, for the keyboard and the panes that share it.
import { defineStore } from 'pinia';
import { ref } from 'vue';

export const useUi = defineStore('ui', () => {
  /** The panel beside the conversation: a pane on wide screens, a drawer on narrow ones. */
  const contextOpen = ref(matchMedia('(min-width: 1181px)').matches);
  const helpOpen = ref(false);
  const switcherOpen = ref(false);
  /** The conversation whose transfer dialog is open. */
  const transferring = ref<string | null>(null);
  /** Raised to ask the composer for the focus. */
  const composerFocus = ref(0);

  return { contextOpen, helpOpen, switcherOpen, transferring, composerFocus };
});
