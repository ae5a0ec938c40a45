import { readonly, ref } from 'vue'

export interface Toast {
  id: number
  text: string
  bad: boolean
  action: { label: string; run: () => void } | null
}

const shown = ref<Toast[]>([])
let next = 1
const timers = new Map<number, ReturnType<typeof setTimeout>>()

/** Ten seconds when there is something to undo, five otherwise; a failure stays until it is closed. */
export function toast(text: string, options: { bad?: boolean; action?: Toast['action'] } = {}): void {
  const id = next++
  const entry: Toast = { id, text, bad: options.bad ?? false, action: options.action ?? null }
  // A newer success takes an older one's place: two undos at once would be a trap. Failures wait to be read.
  for (const old of shown.value) if (!old.bad) close(old.id)
  shown.value = [...shown.value.slice(-2), entry]
  if (!entry.bad) timers.set(id, setTimeout(() => close(id), entry.action ? 10_000 : 5000))
}
export function close(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  shown.value = shown.value.filter((entry) => entry.id !== id)
}
export const toasts = readonly(shown)
