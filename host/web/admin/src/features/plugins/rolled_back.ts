import { ref } from 'vue'
import type { Plugin } from '../../types'
import type { Evidence } from '../../plugin_types'

/** What a version did to be taken back, told until somebody has read it. */
export interface RolledBack {
  version: string
  /** Which version serves everybody since; null: none was left. */
  to: string | null
  reason: string
  at: string | null
  evidence: Evidence | null
  /** It is kept out until somebody clears its mark. */
  marked: boolean
  /** Names this one event, so that the next one is told again. */
  key: string
}

/** The newest act of the breaker that still matters: of the plan, else of a mark with evidence, else of the breaker itself. */
export function rolledBackOf(plugin: Plugin): RolledBack | null {
  const to = plugin.release.stable
  const tell = (version: string, reason: string, at: string | null, evidence: Evidence | null | undefined): RolledBack => ({ version, to, reason, at, evidence: evidence && Object.keys(evidence).length ? evidence : null, marked: Boolean(plugin.versions.find((v) => v.version === version)?.bad), key: `${plugin.id} ${version} ${at ?? reason}` })
  const marked = plugin.versions
    .filter((v) => v.bad && v.bad.evidence && Object.keys(v.bad.evidence).length > 0 && v.version !== to)
    .sort((a, b) => Date.parse(b.bad!.at) - Date.parse(a.bad!.at))[0]
  const { rollout } = plugin
  if (rollout?.state === 'rolled_back') {
    const mark = plugin.versions.find((v) => v.version === rollout.version)?.bad
    return tell(rollout.version, rollout.reason ?? mark?.reason ?? '', rollout.since || (mark?.at ?? null), hasAny(rollout.evidence) ? rollout.evidence : mark?.evidence)
  }
  if (marked) return tell(marked.version, marked.bad!.reason, marked.bad!.at, marked.bad!.evidence)
  const { breaker } = plugin
  if (breaker && breaker.state !== 'closed' && breaker.reason) return tell(plugin.release.candidate ?? plugin.release.stable ?? '', breaker.reason, breaker.at ?? null, null)
  return null
}
const hasAny = (evidence: Evidence | undefined): boolean => evidence !== undefined && Object.keys(evidence).length > 0

const place = 'hotdesk-admin-read-rollbacks'
const kept = 50
function load(): string[] {
  try {
    const keys: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(keys) ? keys.filter((k): k is string => typeof k === 'string') : []
  } catch {
    return []
  }
}
const read = ref<string[]>(load())

/** Read in this browser; another admin is told on their own. */
export const isRead = (event: RolledBack): boolean => read.value.includes(event.key)
export function markRead(event: RolledBack): void {
  read.value = [...read.value.filter((key) => key !== event.key), event.key].slice(-kept)
  try {
    localStorage.setItem(place, JSON.stringify(read.value))
  } catch {
    // A browser that keeps nothing tells it again after a reload.
  }
}
/** What still waits to be read. */
export function unreadRollback(plugin: Plugin): RolledBack | null {
  const event = rolledBackOf(plugin)
  return event && !isRead(event) ? event : null
}
