import type { IconName } from '../../shared/icons'
import type { PluginEvent } from '../../plugin_types'
import { actionWords, detailWords } from '../security/audit_words'

export interface EventView {
  key: string
  at: string
  icon: IconName
  tone: 'stable' | 'cand' | 'bad' | ''
  title: string
  actor: string | null
  detail: string
  /** The comparison or crash that decided; shown as numbers, not as words. */
  evidence: Record<string, unknown> | null
}

const looks: Record<string, [IconName, EventView['tone']]> = {
  activate: ['bolt', 'stable'],
  install: ['upload', ''],
  upload: ['upload', ''],
  canary: ['branch', 'cand'],
  promote: ['check', 'cand'],
  rollout: ['clock', 'cand'],
  step: ['branch', 'cand'],
  shadow: ['eye', 'cand'],
  rollback: ['undo', 'bad'],
  trip: ['alert', 'bad'],
  breaker: ['alert', 'bad'],
  crash: ['alert', 'bad'],
  mark: ['alert', 'bad'],
  reject: ['xo', 'bad'],
  quarantine: ['lock', 'bad'],
  enable: ['play', ''],
  disable: ['pause', ''],
  pause: ['pause', ''],
  resume: ['play', 'cand'],
  stop: ['x', ''],
  config: ['edit', ''],
  pin: ['pin', ''],
  follow: ['users', ''],
  grant: ['shield', ''],
  policy: ['shield', ''],
  secret: ['key', ''],
  load: ['download', ''],
  unload: ['out', ''],
  delete: ['trash', ''],
  health: ['pulse', ''],
}

const isPlain = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The last part that this panel has a picture for: "plugin.rollout_step" is a step. */
function lookOf(action: string): [IconName, EventView['tone']] {
  for (const part of action.split(/[._-]/).reverse()) if (looks[part]) return looks[part]
  return ['dash', '']
}

export function eventView(event: PluginEvent, index: number): EventView {
  const [icon, tone] = lookOf(event.action)
  const { evidence, ...rest } = isPlain(event.detail) ? event.detail : { evidence: undefined }
  const pair = isPlain(event.detail) && isPlain(event.detail.stable) && isPlain(event.detail.candidate)
  return {
    key: `${event.at} ${event.action} ${index}`,
    at: event.at,
    icon,
    tone,
    title: actionWords(event.action),
    actor: event.actor?.name || null,
    detail: pair ? '' : detailWords(isPlain(event.detail) ? rest : event.detail),
    evidence: pair ? (event.detail as Record<string, unknown>) : isPlain(evidence) && Object.keys(evidence).length ? evidence : null,
  }
}
