import { onMounted, onUnmounted } from 'vue';
import { actionOf, type Action } from './keys.js';

/** Listens on the whole page. A handler returns false to leave the key to the browser. */
export function useShortcuts(handle: (action: Action) => boolean): void {
  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const target = event.target;
    const typing = target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
    const action = actionOf({ key: event.key, code: event.code, altKey: event.altKey, ctrlKey: event.ctrlKey, metaKey: event.metaKey, shiftKey: event.shiftKey, typing });
    if (action !== null && handle(action)) event.preventDefault();
  }
  onMounted(() => addEventListener('keydown', onKey));
  onUnmounted(() => removeEventListener('keydown', onKey));
}
