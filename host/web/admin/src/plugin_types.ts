/** Plugins as the REST tells of them. What a host may leave out is optional, so that a page never breaks on its absence. */
import type { Plugin as WirePlugin, PluginVersion as WireVersion } from '@hotdesk/client'
import type { JsonSchema } from './types'

export type Level = 'builtin' | 'official' | 'vendor' | 'dev'
export type Lane = 'inline' | 'pool' | 'runner'
export type Evidence = Record<string, unknown>

/** A mark: this version is kept out until somebody clears it. */
export interface Bad {
  reason: string
  at: string
  evidence?: Evidence
}
export interface ShadowCounts {
  calls: number
  differences: number
  errors: number
}
export interface RunnerState {
  state: 'running' | 'backoff' | 'stopped' | (string & {})
  pid?: number | null
  restarts?: number
  last_crash?: unknown
}
export interface PluginVersion extends WireVersion {
  /** Why it was rejected or failed, a sentence. */
  problem?: string | null
  level?: Level
  lane?: Lane
  bad?: Bad | null
  crashes?: number
  timeouts?: number
  late?: number
  shadow?: ShadowCounts | null
  runner?: RunnerState | null
}

export interface RolloutStep {
  /** 0–100. */
  percent: number
  hold_s: number
}
export interface Rollout {
  version: string
  steps: RolloutStep[]
  /** The index of the one it is in. */
  step: number
  since: string
  next_at: string | null
  state: 'running' | 'paused' | 'done' | 'rolled_back' | (string & {})
  reason: string | null
  evidence?: Evidence
}
export interface Breaker {
  state: 'closed' | 'open' | 'half_open'
  trips: number
  reason?: string | null
  at?: string | null
}
export type Release = WirePlugin['release'] & {
  /** The tenant has a row of its own: it does not follow the common one. */
  own?: boolean
  shadow?: boolean
}
export interface Plugin extends Omit<WirePlugin, 'versions' | 'config_schema' | 'release'> {
  /** Tenants whose settings do not fit the stable version; they run the previous one. */
  held_back?: string[]
  versions: PluginVersion[]
  release: Release
  config_schema: JsonSchema | null
  vendor?: string
  level?: Level
  provides?: string[]
  rollout?: Rollout | null
  breaker?: Breaker | null
  /** Extensions of this plugin whose failure refuses the call. */
  policy?: Record<string, boolean>
}

/** What a package is and asks for; read before any of its code runs. */
export interface PackageInfo {
  id: string
  version: string
  name: Record<string, string> | string
  vendor: string
  level: Level
  key_id: string
  sha256: string
  permissions: string[]
  budgets: Budgets
  isolation: { min?: Lane } | null
  provides: string[]
  min_host?: string
  upgrade_from?: string | null
  report?: Record<string, unknown> | null
}
export interface PackageDetail extends PackageInfo {
  manifest?: unknown
  uploaded_at?: string | null
  uploaded_by?: { id: string; name: string } | string | null
  bad?: Bad | null
}
/** Amounts by name; a group ("deadline_ms") may hold amounts of its own. */
export type Budgets = { [name: string]: number | string | Budgets }

export interface TrustKey {
  key_id: string
  name: string
  level: Exclude<Level, 'builtin'>
  prefixes: string[]
  public_key: string
  added_at: string
  revoked_at: string | null
  reason: string | null
}
export interface TrustStore {
  data: TrustKey[]
  minimums?: Record<string, string>
}
export interface NewKey {
  name: string
  public_key: string
  level: TrustKey['level']
  prefixes: string[]
}

export interface Grant {
  lane: Lane | null
  default_lane: Lane
  isolation_min: Lane | null
  permissions: { asked: string[]; granted: string[] }
  budgets: { asked: Budgets; granted: Budgets; defaults: Budgets }
}
export interface GrantChange {
  lane: Lane | null
  permissions: string[]
  budgets: Budgets
}

export interface Figures {
  version: string
  calls: number
  errors: number
  refused: number
  rewritten: number
  p50_us: number
  p99_us: number
}
export interface WindowSide {
  calls: number
  errors: number
  p99_us: number
}
export interface Comparison {
  stable: Figures | null
  candidate: Figures | null
  /** Stretches with enough calls to have a p99, oldest first. */
  windows?: { at: string; stable: WindowSide; candidate: WindowSide }[]
  verdict: { state: 'none' | 'watching' | 'well' | 'worse' | (string & {}); reason: string | null }
}
export interface PluginEvent {
  at: string
  actor: { id: string | null; name: string } | null
  action: string
  detail: unknown
}
export interface Secret {
  name: string
  updated_at: string
}

export interface Article {
  id: string
  title: string
  text: string
  url: string | null
  language: string
  enabled: boolean
  updated_at: string
  updated_by: { id: string; name: string } | string | null
}
export type ArticleChange = Partial<Pick<Article, 'title' | 'text' | 'url' | 'language' | 'enabled'>>
export interface Passage {
  id: string
  title: string
  text: string
  score: number
}
