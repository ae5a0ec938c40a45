import { computed } from 'vue'
import { rest, toProblem, type Problem } from '../../rest'
import { usePoll } from '../../shared/poll'
import type { SitePatch } from '../../types'

/** One site, read every two seconds so that the first ping shows without a reload. */
export function useSite(id: () => string) {
  const { data: site, problem, slow, refresh } = usePoll(() => rest.site(id()), 2000)
  const missing = computed(() => problem.value?.status === 404)

  /** Null when it is saved. */
  async function change(patch: SitePatch): Promise<Problem | null> {
    try {
      site.value = await rest.updateSite(id(), patch)
      void refresh()
      return null
    } catch (error) {
      return toProblem(error)
    }
  }
  return { site, problem, slow, missing, refresh, change }
}
