// The slim bar over the conversation: nothing for the first two seconds of trouble, then what is wrong and what one can do.
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import type { Link } from '@hotdesk/client';
import type { Key } from './i18n.js';

export interface LinkBar {
  kind: 'trouble' | 'stopped';
  text: Key;
  action?: Key;
}

const PATIENCE_MS = 2_000;

const STOPPED: Record<number, Key> = { 4200: 'link.banned', 4201: 'link.disabled', 4202: 'link.version' };

/** `wanted`: whether a missing connection means anything yet. */
export function useLinkBar(link: ShallowRef<Link>, wanted: () => boolean): ComputedRef<LinkBar | undefined> {
  const late = shallowRef(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => link.value.kind === 'live',
    (live) => {
      clearTimeout(timer);
      late.value = false;
      if (!live) timer = setTimeout(() => (late.value = true), PATIENCE_MS);
    },
    { immediate: true, flush: 'sync' },
  );
  onScopeDispose(() => clearTimeout(timer));

  return computed(() => {
    const now = link.value;
    switch (now.kind) {
      case 'live':
        return undefined;
      case 'superseded':
        return { kind: 'stopped', text: 'link.superseded', action: 'action.useHere' };
      case 'stopped':
        return { kind: 'stopped', text: STOPPED[now.code] ?? 'link.stopped', action: 'action.tryNow' };
      default:
        return late.value && (wanted() || now.kind === 'waiting')
          ? { kind: 'trouble', text: 'link.reconnecting', action: 'action.tryNow' }
          : undefined;
    }
  });
}
