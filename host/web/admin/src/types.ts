/** What the admin's REST answers contain. Names are the wire's (snake_case); times are RFC 3339 UTC. */

export type Role = 'agent' | 'admin' | 'operator'
export type Presence = 'online' | 'away' | 'busy' | 'offline'

export interface Page<T> {
  data: T[]
  meta: { next_cursor: string | null; has_more: boolean }
}

export interface Me {
  id: string
  username: string
  name: string
  role: Role
  tenant: { id: string; name: string }
}

export interface Overview {
  visitors_online: number
  agents_online: number
  connections: number
  conversations: { open: number; waiting: number; closed_today: number }
  messages_today: number
  uptime_s: number
  version: string
  node: string
  plugins: { id: string; name: string; stable: string | null; calls: number; errors: number }[]
}

export interface WidgetSettings {
  title: string
  greeting: string
  color: string
  position: 'right' | 'left'
  locale: 'auto' | 'zh' | 'en'
  reply_time: string
  team: { name: string }[]
  quick: string[]
}

export interface Ping {
  at: string
  origin: string
  url: string
}

export interface SiteKey {
  kid: string
  created_at: string
}

export interface Site {
  id: string
  /** The public site code, what the snippet carries. */
  site: string
  name: string
  active: boolean
  allowed_origins: string[]
  widget: Partial<WidgetSettings>
  keys: SiteKey[]
  snippet: string
  last_ping: Ping | null
  created_at: string
}

export interface SitePatch {
  name?: string
  allowed_origins?: string[]
  active?: boolean
  widget?: WidgetSettings
}

export interface User {
  id: string
  username: string
  name: string
  role: Role
  active: boolean
  capacity: number
  state: Presence
  created_at: string
  last_login_at: string | null
}

export interface UserPatch {
  name?: string
  role?: Role
  active?: boolean
  capacity?: number
}

export interface PluginVersion {
  version: string
  build_id: string
  /** A state of the life in PLUGIN_ABI.md; unknown ones are shown as they come. */
  state: string
  calls: number
  errors: number
  refused: number
  rewritten: number
  p50_us: number | null
  p99_us: number | null
  loaded_at: string | null
}

export interface Release {
  stable: string | null
  previous: string | null
  candidate: string | null
  /** 0–100, at most two decimals: how much of the visitors the candidate serves. */
  percent: number
}

export interface Plugin {
  id: string
  name: string
  enabled: boolean
  lane: string
  state: string
  versions: PluginVersion[]
  release: Release
  config: Record<string, unknown>
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
  minimum?: number
  maximum?: number
  maxLength?: number
  maxItems?: number
  default?: unknown
}

export interface LoginRow {
  username: string
  ip: string
  success: boolean
  timestamp: string
  source: string
  ua: string
}

export interface AuditRow {
  at: string
  actor: { id: string; name: string } | null
  action: string
  target: string | null
  detail: unknown
  ip: string | null
}

export interface Health {
  version?: string
  database?: string
  websocket?: string
  redis?: string
}
