// What the REST calls carry. Times are RFC 3339 in UTC, ids are UUIDs.
import type { Author, Body, ConnectSet, EntryKind } from './frames.js';
import type { Status } from './conversation.js';

export interface Named {
  id: string;
  name: string;
}

// ---- log-in
export interface User extends Named {
  username: string;
  role: 'agent' | 'admin' | 'operator';
  tenant: Named;
}
export interface Login {
  user: User;
  csrf: string;
}

// ---- visitor
export interface WidgetSettings {
  title?: string;
  greeting?: string;
  color?: string;
  position?: 'right' | 'left';
  locale?: 'auto' | 'zh' | 'en';
  reply_time?: string;
  team?: { name: string }[];
  quick?: string[];
}
export interface PageInfo {
  url: string;
  title: string;
  referrer: string;
}
export interface VisitorSession {
  token: string;
  user: string;
  conversation: string;
  connect: ConnectSet;
  widget: WidgetSettings;
}
export interface VisitorSessionRequest {
  site: string;
  visitor?: { name?: string; email?: string; attributes?: Record<string, unknown> };
  identity?: string;
  page?: PageInfo;
}

// ---- conversations
export interface ConversationSummary {
  id: string;
  status: Status;
  visitor: Named & { online: boolean };
  assignee: Named | null;
  department: Named;
  labels: string[];
  priority: string | number | null;
  seq: number;
  /** The caller's own mark. */
  read: number;
  last: { seq: number; from: Author; kind: EntryKind; text?: string; ts: number | string } | null;
  opened_at: string;
  updated_at: string;
}
export interface ConversationQuery {
  status?: 'open' | 'waiting' | 'closed' | 'all';
  /** `me`, `none` or a user's id. */
  assignee?: string;
  cursor?: string | null;
  limit?: number;
}
export interface StoredEntry {
  conv: string;
  seq: number;
  kind: EntryKind;
  from?: Author;
  mid?: string;
  reply?: string;
  recalled?: boolean;
  body: Body;
  ts: number;
}
export type Target = { assignee: string } | { department: string };
export interface Agent extends Named {
  role: string;
  state: 'online' | 'away' | 'busy' | 'offline';
  open: number;
  capacity: number;
}
export interface VisitorDetails extends Named {
  email: string | null;
  attributes: Record<string, unknown>;
  first_seen: string;
  last_seen: string;
  online: boolean;
  device: { kind: string; os: string; browser: string };
  language: string;
  source: { referrer: string; utm_source?: string };
  pages: { url: string; title: string; at: string }[];
  conversations: { id: string; status: Status; opened_at: string; closed_at: string | null; rating?: number }[];
}

// ---- admin
export interface Overview {
  visitors_online: number;
  agents_online: number;
  connections: number;
  conversations: { open: number; waiting: number; closed_today: number };
  messages_today: number;
  uptime_s: number;
  version: string;
  node: string;
  plugins: { id: string; name: string; stable: string; calls: number; errors: number }[];
}
export interface Site extends Named {
  /** The public site code. */
  site: string;
  active: boolean;
  allowed_origins: string[];
  widget: WidgetSettings;
  keys: { kid: string; created_at: string }[];
  snippet: string;
  last_ping: { at: string; origin: string; url: string } | null;
  created_at: string;
}
export interface Account extends Named {
  username: string;
  role: 'agent' | 'admin' | 'operator';
  active: boolean;
  capacity: number;
  state: string;
  created_at: string;
  last_login_at: string | null;
}
export interface PluginVersion {
  version: string;
  build_id: string;
  state: string;
  calls: number;
  errors: number;
  refused: number;
  rewritten: number;
  p50_us: number;
  p99_us: number;
  loaded_at: string | null;
}
export interface Plugin extends Named {
  enabled: boolean;
  lane: string;
  state: string;
  versions: PluginVersion[];
  release: { stable: string | null; previous: string | null; candidate: string | null; percent: number };
  config: Record<string, unknown>;
  config_schema: Record<string, unknown> | null;
}
export interface LoginLogRow {
  username: string;
  ip: string;
  success: boolean;
  timestamp: string;
  source: string;
  ua: string;
}
export interface AuditLogRow {
  at: string;
  actor: Named;
  action: string;
  target: string;
  detail: unknown;
  ip: string;
}
