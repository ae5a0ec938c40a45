import { onScopeDispose, readonly, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { toProblem, type Problem } from '../rest'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  /** What the last try ran into; the data of an earlier one stays. */
  problem: Readonly<ShallowRef<Problem | null>>
  /** Nothing to show yet and 200 ms have passed: time for a skeleton. */
  slow: Readonly<Ref<boolean>>
  refresh(): Promise<void>
}

const skeletonAfterMs = 200
const longestPauseMs = 15_000

/** The pause before the next try: the usual one, doubled with every failure in a row, 15 s at most. */
export const pauseAfter = (everyMs: number, failures: number): number => Math.min(everyMs * 2 ** Math.min(failures, 10), Math.max(everyMs, longestPauseMs))

/**
 * Loads once and then every `everyMs` (0: never again) while the page is visible; one request at a time.
 * A hidden page asks nothing; shown again, it asks at once. Ends with the component it was made in.
 */
export function usePoll<T>(load: () => Promise<T>, everyMs = 0): Loaded<T> {
  const data: ShallowRef<T | null> = shallowRef(null)
  const problem = shallowRef<Problem | null>(null)
  const slow = ref(false)
  /** The request whose answer counts; a newer one makes an older answer stale. */
  let running: symbol | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let ended = false
  const skeleton = setTimeout(() => (slow.value = data.value === null && problem.value === null), skeletonAfterMs)

  async function refresh(): Promise<void> {
    clearTimeout(timer)
    const mine = Symbol()
    running = mine
    let pause = everyMs
    try {
      const loaded = await load()
      if (running !== mine) return
      data.value = loaded
      problem.value = null
      failures = 0
    } catch (error) {
      if (running !== mine) return
      problem.value = toProblem(error)
      failures += 1
      pause = Math.max(pauseAfter(everyMs, failures), (problem.value.retryAfter ?? 0) * 1000)
    }
    running = null
    slow.value = false
    if (everyMs > 0 && !ended && !document.hidden) timer = setTimeout(() => void refresh(), pause)
  }

  function onVisibility(): void {
    if (everyMs === 0) return
    if (document.hidden) clearTimeout(timer)
    else if (running === null) void refresh()
  }
  document.addEventListener('visibilitychange', onVisibility)
  onScopeDispose(() => {
    ended = true
    clearTimeout(timer)
    clearTimeout(skeleton)
    running = null
    document.removeEventListener('visibilitychange', onVisibility)
  })
  void refresh()
  return { data, problem: readonly(problem) as Readonly<ShallowRef<Problem | null>>, slow: readonly(slow), refresh }
}
