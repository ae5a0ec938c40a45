import type { Level, Plugin, PluginVersion, Release } from '../../types'
import { unreadRollback } from './rolled_back'

export type VersionRole = 'stable' | 'candidate' | 'previous' | 'other'

export function roleOf(version: string, release: Release): VersionRole {
  if (version === release.stable) return 'stable'
  if (version === release.candidate) return 'candidate'
  if (version === release.previous) return 'previous'
  return 'other'
}

/** States a version can't be called in, however much one asks. */
const unusable = new Set(['rejected', 'quarantined'])
export const isUsable = (version: PluginVersion): boolean => !unusable.has(version.state)
/** Marked bad: may be switched to on purpose after the mark is cleared, and is never tried on visitors before. */
export const isMarked = (version: PluginVersion): boolean => Boolean(version.bad)

/** Installed, and nobody has switched it on yet: the first switch does both. */
export const isNew = (plugin: Plugin): boolean => plugin.release.stable === null

/** "Switch to this one" belongs to every usable version but the one in charge; a disabled plugin is enabled first. */
export const canActivate = (plugin: Plugin, version: PluginVersion): boolean => (plugin.enabled || isNew(plugin)) && isUsable(version) && !isMarked(version) && version.version !== plugin.release.stable

/** Versions a canary may try: usable, not in charge. Newest first, as the server lists them last. */
export const canaryChoices = (plugin: Plugin): string[] => (plugin.enabled && plugin.release.stable !== null ? plugin.versions.filter((v) => isUsable(v) && !isMarked(v) && v.version !== plugin.release.stable).map((v) => v.version) : [])

export type Rollback = { kind: 'canary'; to: string; from: string } | { kind: 'version'; to: string; from: string } | { kind: 'none' }

/** What the big button does: ends a running canary, else returns to the former stable; nothing when there was none. */
export function rollbackOf(plugin: Plugin): Rollback {
  const { stable, previous, candidate } = plugin.release
  if (!plugin.enabled || stable === null) return { kind: 'none' }
  if (candidate !== null) return { kind: 'canary', to: stable, from: candidate }
  if (previous !== null && previous !== stable && plugin.versions.some((v) => v.version === previous && isUsable(v))) return { kind: 'version', to: previous, from: stable }
  return { kind: 'none' }
}

/** The other half of the comparison: the candidate, else the version before the swap. */
export function comparedWith(plugin: Plugin): { version: PluginVersion; role: 'candidate' | 'previous' } | null {
  for (const role of ['candidate', 'previous'] as const) {
    const name = plugin.release[role]
    const version = name !== null && name !== plugin.release.stable ? plugin.versions.find((v) => v.version === name) : undefined
    if (version) return { version, role }
  }
  return null
}

/** Who signed it, and where it would run: of the version in charge, else of the newest. */
export const levelOf = (plugin: Plugin): Level | null => plugin.level ?? plugin.versions.at(-1)?.level ?? null
export const laneOf = (plugin: Plugin): string => (isNew(plugin) ? (plugin.versions.at(-1)?.lane ?? plugin.lane) : plugin.lane)

export const stableOf = (plugin: Plugin): PluginVersion | null => plugin.versions.find((v) => v.version === plugin.release.stable) ?? null

/** The chip beside the name, one word for the whole plugin. */
export type PluginState = 'disabled' | 'rolled_back' | 'trouble' | 'shadow' | 'canary' | 'active' | 'idle'
const troubled = new Set(['failed', 'failed_init', 'rejected', 'rolled_back', 'quarantined', 'absent'])
export function stateOf(plugin: Plugin): PluginState {
  if (isNew(plugin) && plugin.release.candidate === null) return troubled.has(plugin.state) && plugin.enabled ? 'trouble' : 'idle'
  if (!plugin.enabled) return 'disabled'
  if (unreadRollback(plugin)) return 'rolled_back'
  if (troubled.has(plugin.state) || plugin.breaker?.state === 'open') return 'trouble'
  if (plugin.release.candidate !== null) return plugin.release.shadow ? 'shadow' : 'canary'
  return plugin.release.stable !== null ? 'active' : 'idle'
}
export const chipClass: Record<PluginState, string> = { disabled: 'line', rolled_back: 'bad', trouble: 'bad', shadow: 'info', canary: 'cand', active: 'ok', idle: '' }
/** The lists above the table: a shadow is a kind of trial, a rollback wants to be looked at. */
export const groupOf = (state: PluginState): 'canary' | 'trouble' | 'disabled' | 'other' => (state === 'canary' || state === 'shadow' ? 'canary' : state === 'trouble' || state === 'rolled_back' ? 'trouble' : state === 'disabled' ? 'disabled' : 'other')

export const totals = (plugin: Plugin): { calls: number; errors: number } => plugin.versions.reduce((sum, v) => ({ calls: sum.calls + v.calls, errors: sum.errors + v.errors }), { calls: 0, errors: 0 })

/** The steps an admin walks by hand: 1 → 10 → 50 → 100 %. 100 is promotion. */
export const steps = [1, 10, 50, 100] as const
export const nextStep = (percent: number): number => steps.find((step) => step > percent) ?? 100
/** A share in hundredths, inside 0–100; null for what isn't a number. */
export function toPercent(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= 100 ? Math.round(value * 100) / 100 : null
}
