import { getCurrentScope, onScopeDispose, readonly, ref, type Ref } from 'vue'

const now = ref(Date.now())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The time of day for "3 s ago": one tick a second for the whole page, while somebody on it looks at the clock. */
export function useNow(): Readonly<Ref<number>> {
  now.value = Date.now()
  if (getCurrentScope()) {
    users += 1
    timer ??= setInterval(() => {
      if (!document.hidden) now.value = Date.now()
    }, 1000)
    onScopeDispose(() => {
      users -= 1
      if (users > 0) return
      clearInterval(timer)
      timer = undefined
    })
  }
  return readonly(now)
}
