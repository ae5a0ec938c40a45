import { onScopeDispose, ref, watch, type Ref } from 'vue';
import type { VisitorProfile } from '../../model.js';
import { directory } from '../../rest.js';

const REFRESH_MS = 20_000;

/** The profile of the visitor on screen; while the panel is open the page trail is looked up again now and then. */
export function useVisitor(id: Ref<string>) {
  const profile = ref<VisitorProfile | null>(null);
  const failed = ref(false);

  async function load(): Promise<void> {
    const asked = id.value;
    if (asked === '') return;
    try {
      const found = await directory.visitor(asked);
      if (asked !== id.value) return;
      profile.value = found;
      failed.value = false;
    } catch {
      if (asked === id.value) failed.value = profile.value === null;
    }
  }

  watch(id, () => {
    profile.value = null;
    failed.value = false;
    void load();
  }, { immediate: true });
  const timer = setInterval(() => {
    if (!document.hidden && profile.value?.online === true) void load();
  }, REFRESH_MS);
  onScopeDispose(() => clearInterval(timer));

  return { profile, failed, load };
}
