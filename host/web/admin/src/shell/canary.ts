import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Plugin } from '../types'

/** The largest share any candidate has, for the chip in the navigation; told by whichever page read the plugins last. */
export const useCanary = defineStore('canary', () => {
  const percent = ref<number | null>(null)
  function see(plugins: readonly Plugin[]): void {
    const shares = plugins.filter((p) => p.enabled && p.release.candidate !== null).map((p) => p.release.percent)
    percent.value = shares.length ? Math.max(...shares) : null
  }
  return { percent, see }
})
