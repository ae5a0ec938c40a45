import { computed, onScopeDispose, readonly, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { toProblem, type Problem } from '../rest'
import type { List } from '../types'

export interface Paged<T> {
  /** Everything loaded so far; null before the first answer. */
  rows: ShallowRef<T[] | null>
  hasMore: ComputedRef<boolean>
  problem: Readonly<ShallowRef<Problem | null>>
  slow: Readonly<Ref<boolean>>
  busy: Readonly<Ref<boolean>>
  /** From the beginning: after a change of filter. */
  reload(): Promise<void>
  more(): Promise<void>
}

/** A list read page by page with the server's cursor. A reload wins over whatever is under way. */
export function usePaged<T>(load: (cursor: string | null) => Promise<List<T>>): Paged<T> {
  const rows: ShallowRef<T[] | null> = shallowRef(null)
  const cursor = ref<string | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const slow = ref(false)
  const busy = ref(false)
  let running: symbol | null = null

  async function fetchPage(from: string | null): Promise<void> {
    const mine = Symbol()
    running = mine
    busy.value = true
    const skeleton = setTimeout(() => (slow.value = rows.value === null), 200)
    try {
      const page = await load(from)
      if (running !== mine) return
      rows.value = from === null ? page.data : [...(rows.value ?? []), ...page.data]
      cursor.value = page.meta.has_more ? page.meta.next_cursor : null
      problem.value = null
    } catch (error) {
      if (running === mine) problem.value = toProblem(error)
    } finally {
      clearTimeout(skeleton)
      if (running === mine) {
        running = null
        busy.value = slow.value = false
      }
    }
  }
  const reload = (): Promise<void> => fetchPage(null)
  async function more(): Promise<void> {
    if (cursor.value !== null && !busy.value) await fetchPage(cursor.value)
  }
  onScopeDispose(() => {
    running = null
  })
  void reload()
  return { rows, hasMore: computed(() => cursor.value !== null), problem: readonly(problem) as Readonly<ShallowRef<Problem | null>>, slow: readonly(slow), busy: readonly(busy), reload, more }
}
