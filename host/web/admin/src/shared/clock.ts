import { readonly, ref, type Ref } from 'vue'

const now = ref(Date.now())
let started = false

/** The time of day for "3 s ago", one tick a second for the whole page. */
export function useNow(): Readonly<Ref<number>> {
  if (!started) {
    started = true
    setInterval(() => {
      if (!document.hidden) now.value = Date.now()
    }, 1000)
  }
  now.value = Date.now()
  return readonly(now)
}
