/** What the admin's REST answers contain: the client's types, and the little the panel narrows. Times are RFC 3339 UTC. */
import type { Account, AuditLogRow, LoginLogRow, User } from '@hotdesk/client'

export type { Agent, List, Overview, Site } from '@hotdesk/client'
export type WidgetSettings = Required<import('@hotdesk/client').WidgetSettings>
export type Me = User
export type Person = Account
export type Role = Account['role']
export type PersonPatch = Partial<Pick<Account, 'name' | 'role' | 'active' | 'capacity'>>
export type SitePatch = Partial<{ name: string; allowed_origins: string[]; active: boolean; widget: WidgetSettings }>
export type LoginRow = LoginLogRow
export type AuditRow = AuditLogRow

export type { Bad, Breaker, Lane, Level, Plugin, PluginVersion, Release, Rollout, RolloutStep, RunnerState, ShadowCounts } from './plugin_types'

/** The part of JSON Schema the configuration form draws; anything else is edited as JSON. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  enum?: unknown[]
  items?: JsonSchema
  default?: unknown
  maxLength?: number
  /** Title and description in other languages; `enum` words for choices. */
  'x-i18n'?: Record<string, { title?: string; description?: string; enum?: Record<string, string> }>
}

export interface Health {
  version?: string
}
