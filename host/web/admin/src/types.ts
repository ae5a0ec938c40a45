/** What the admin's REST answers contain: the client's types, and the little the panel narrows. Times are RFC 3339 UTC. */
import type { Account, AuditLogRow, LoginLogRow, Plugin as WirePlugin, PluginVersion as WireVersion, User } from '@hotdesk/client'

export type { Agent, List, Overview, Site } from '@hotdesk/client'
export type WidgetSettings = Required<import('@hotdesk/client').WidgetSettings>
export type Me = User
export type Person = Account
export type Role = Account['role']
export type PersonPatch = Partial<Pick<Account, 'name' | 'role' | 'active' | 'capacity'>>
export type SitePatch = Partial<{ name: string; allowed_origins: string[]; active: boolean; widget: WidgetSettings }>
export type LoginRow = LoginLogRow
export type AuditRow = AuditLogRow

export interface PluginVersion extends WireVersion {
  /** Why it was rejected or failed, a sentence. */
  problem?: string | null
}
export type Release = WirePlugin['release']
export interface Plugin extends Omit<WirePlugin, 'versions' | 'config_schema'> {
  /** Tenants whose settings do not fit the stable version; they run the previous one. */
  held_back?: string[]
  versions: PluginVersion[]
  config_schema: JsonSchema | null
}

/** The part of JSON Schema the configuration form draws; anything else is edited as JSON. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  enum?: unknown[]
  items?: JsonSchema
}

export interface Health {
  version?: string
}
