import { shallowRef } from 'vue'
import { rest, toProblem, type Problem } from '../../../rest'
import type { Grant, GrantChange, PackageInfo } from '../../../plugin_types'

export const mostBytes = 32 * 1024 * 1024

export type Upload =
  | { kind: 'idle' }
  /** Refused here, before a byte was sent. */
  | { kind: 'unfit'; file: File; fault: 'name' | 'empty' | 'large' }
  | { kind: 'checking'; file: File }
  | { kind: 'refused'; file: File; problem: Problem }
  | { kind: 'ready'; file: File; info: PackageInfo; grant: Grant | null; problem: Problem | null; step: 'install' | 'grant' | null }
  | { kind: 'installing'; file: File; info: PackageInfo; grant: Grant | null }

export function unfit(file: File): 'name' | 'empty' | 'large' | null {
  if (!/\.hdplugin$/i.test(file.name)) return 'name'
  if (file.size === 0) return 'empty'
  return file.size > mostBytes ? 'large' : null
}

/** A file that was dropped on another page and is opened on this one. */
let dropped: File | null = null
export const handOver = (file: File): void => void (dropped = file)
export function takeDropped(): File | null {
  const file = dropped
  dropped = null
  return file
}

/** Choose → verify (nothing is kept, no code runs) → read → install with the grant. A newer choice wins over a running check. */
export function useUpload() {
  const state = shallowRef<Upload>({ kind: 'idle' })
  let running: symbol | null = null

  async function choose(file: File): Promise<void> {
    const mine = Symbol()
    running = mine
    const fault = unfit(file)
    if (fault) {
      state.value = { kind: 'unfit', file, fault }
      return
    }
    state.value = { kind: 'checking', file }
    try {
      const info = await rest.checkPackage(file)
      // What an earlier version was granted is where this one starts. A plugin that is new here has no grant yet.
      const grant = await rest.grant(info.id).catch(() => null)
      if (running === mine) state.value = { kind: 'ready', file, info, grant, problem: null, step: null }
    } catch (error) {
      if (running === mine) state.value = { kind: 'refused', file, problem: toProblem(error) }
    }
  }

  /** Installs, then grants. True when both worked; what failed is in the state, and trying again repeats only what is missing. */
  async function install(change: GrantChange): Promise<boolean> {
    const now = state.value
    if (now.kind !== 'ready') return false
    const { file, info, grant } = now
    state.value = { kind: 'installing', file, info, grant }
    let step: 'install' | 'grant' = now.step === 'grant' ? 'grant' : 'install'
    try {
      if (step === 'install') {
        await rest.uploadPackage(file)
        step = 'grant'
      }
      await rest.setGrant(info.id, change)
      return true
    } catch (error) {
      state.value = { kind: 'ready', file, info, grant, problem: toProblem(error), step }
      return false
    }
  }
  function reset(): void {
    running = null
    state.value = { kind: 'idle' }
  }
  return { state, choose, install, reset }
}

/** The key that nobody trusts yet, out of the server's refusal; null when it was refused for something else. */
export function unknownKey(problem: Problem): string | null {
  const texts = [problem.detail, ...problem.errors.map((e) => e.message)]
  for (const text of texts) {
    if (!/\bkey\b|key_id/i.test(text) || !/unknown|not trusted|no trusted|untrusted|isn't trusted|not in the trust/i.test(text)) continue
    const id = text.match(/\b([0-9a-f]{8,64})\b/i)?.[1] ?? text.match(/key(?:_id|\s+id)?[\s:"'“]+([A-Za-z0-9_-]{6,64})/i)?.[1]
    if (id) return id
  }
  return null
}
