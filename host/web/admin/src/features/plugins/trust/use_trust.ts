import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { rest, toProblem, type Problem } from '../../../rest'
import type { NewKey, TrustKey, TrustStore } from '../../../plugin_types'

/**
 * The vendor keys, and with them whether this account may trust at all: an operator, or the admin of a self-hosted
 * installation. Everybody else gets 403 once and no button for it.
 */
export const useTrust = defineStore('trust', () => {
  const store = shallowRef<TrustStore | null>(null)
  const may = ref<boolean | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const keys = computed(() => store.value?.data ?? [])

  async function load(): Promise<void> {
    try {
      store.value = await rest.trust()
      may.value = true
      problem.value = null
    } catch (error) {
      const failed = toProblem(error)
      if (failed.status === 403) may.value = false
      else problem.value = failed
    }
  }
  /** Asks the server once a page load; later pages know the answer. */
  function ask(): void {
    if (may.value === null) void load()
  }
  function put(key: TrustKey): void {
    const all = keys.value
    store.value = { ...store.value, data: all.some((k) => k.key_id === key.key_id) ? all.map((k) => (k.key_id === key.key_id ? key : k)) : [...all, key] }
  }
  async function add(key: NewKey): Promise<TrustKey> {
    const made = await rest.addKey(key)
    put(made)
    return made
  }
  async function revoke(keyId: string, reason: string): Promise<void> {
    put(await rest.revokeKey(keyId, reason))
  }
  async function remove(keyId: string): Promise<void> {
    await rest.removeKey(keyId)
    store.value = { ...store.value, data: keys.value.filter((k) => k.key_id !== keyId) }
  }
  async function setMinimum(id: string, minimum: string | null): Promise<void> {
    store.value = await rest.setMinimum(id, minimum)
  }
  return { store, may, problem, keys, load, ask, add, revoke, remove, setMinimum }
})
