import type { IconName } from '../../shared/icons'
import type { PluginEvent } from '../../plugin_types'
import { i18n, t } from '../../i18n'
import { actionWords, detailWords } from '../security/audit_words'

const knows = i18n.global.te as (key: string) => boolean

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

/** Parts of the host act by names of their own ("breaker", "rollout plan"); people have an id. */
function actorWords(actor: PluginEvent['actor']): string | null {
  if (!actor?.name) return null
  const key = `plugins.events.actor.${actor.name.replace(/\W/g, '_')}`
  return !actor.id && knows(key) ? t(key) : actor.name
}
const byItself = (event: PluginEvent): boolean => event.action === 'plugin.rollback' && event.actor?.name === 'breaker' && !event.actor.id

export function eventView(event: PluginEvent, index: number): EventView {
  const [icon, tone] = lookOf(event.action)
  // A hash is for the audit log; here it would only push the words away.
  const { evidence, sha256: _, ...rest } = isPlain(event.detail) ? event.detail : { evidence: undefined }
  const pair = isPlain(event.detail) && isPlain(event.detail.stable) && isPlain(event.detail.candidate)
  return {
    key: `${event.at} ${event.action} ${index}`,
    at: event.at,
    icon,
    tone,
    title: byItself(event) ? t('plugins.state.rolled_back') : actionWords(event.action),
    actor: actorWords(event.actor),
    detail: pair ? '' : detailWords(isPlain(event.detail) ? rest : event.detail),
    evidence: pair ? (event.detail as Record<string, unknown>) : isPlain(evidence) && Object.keys(evidence).length ? evidence : null,
  }
}
