import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** Whether a media query holds, as it changes. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const media = matchMedia(query);
  const holds = ref(media.matches);
  const update = (): void => {
    holds.value = media.matches;
  };
  media.addEventListener('change', update);
  onScopeDispose(() => media.removeEventListener('change', update));
  return readonly(holds);
}
