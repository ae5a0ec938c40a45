import type { AuditRow, Health, LoginRow, Me, Overview, Page, Plugin, Site, SitePatch, User, UserPatch } from './types'

/** One field the server did not accept; `field` is a name or a path ("words/2"). */
export interface FieldError {
  field: string
  message: string
}

/** An answer that is not a success, or none at all (`status` 0: `E_OFFLINE`, `E_TIMEOUT`). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string = '',
    readonly traceId: string | null = null,
    readonly fields: FieldError[] = [],
    readonly triesLeft: number | null = null,
    /** Seconds. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${code} ${status} ${detail}`)
  }
}

export const toProblem = (error: unknown): Problem => (error instanceof Problem ? error : new Problem(0, 'E_CLIENT', error instanceof Error ? error.message : String(error)))

/** Hears of every request's outcome: the connection chip and the log-in state hang on it. */
export interface Listener {
  answered(status: number, ms: number): void
  unreachable(): void
}
let listener: Listener = { answered: () => {}, unreachable: () => {} }
export const listen = (to: Listener): void => void (listener = to)

const timeoutMs = 15_000

export function csrfToken(cookies: string): string | null {
  for (const pair of cookies.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === '__Host-hotdesk-csrf') return decodeURIComponent(pair.slice(at + 1).trim())
  }
  return null
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '')
  let body: Record<string, unknown> = {}
  try {
    const parsed: unknown = JSON.parse(text)
    if (parsed && typeof parsed === 'object') body = parsed as Record<string, unknown>
  } catch {
    // A proxy's own error page: the status says enough.
  }
  const num = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
  const header = response.headers.get('retry-after')
  const errors = Array.isArray(body.errors) ? body.errors : []
  return new Problem(
    response.status,
    typeof body.code === 'string' ? body.code : `E_HTTP_${response.status}`,
    typeof body.detail === 'string' ? body.detail : typeof body.title === 'string' ? body.title : '',
    typeof body.trace_id === 'string' ? body.trace_id : null,
    errors.filter((e): e is FieldError => typeof e?.field === 'string' && typeof e?.message === 'string'),
    num(body.tries_left),
    num(body.retry_after) ?? (header !== null && /^\d+$/.test(header) ? Number(header) : null),
  )
}

async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET') {
    const token = csrfToken(document.cookie)
    if (token) headers['x-csrf-token'] = token
  }
  const timeout = AbortSignal.timeout(timeoutMs)
  const started = performance.now()
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal ? anyOf(signal, timeout) : timeout,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    listener.unreachable()
    throw new Problem(0, timeout.aborted ? 'E_TIMEOUT' : 'E_OFFLINE')
  }
  listener.answered(response.status, performance.now() - started)
  if (!response.ok) throw await problemOf(response)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

/** AbortSignal.any is younger than the browsers we serve. */
function anyOf(a: AbortSignal, b: AbortSignal): AbortSignal {
  const both = new AbortController()
  for (const signal of [a, b]) {
    if (signal.aborted) both.abort()
    else signal.addEventListener('abort', () => both.abort(), { once: true, signal: both.signal })
  }
  return both.signal
}

const v1 = '/api/v1'
const part = encodeURIComponent
function query(values: Record<string, string | number | null | undefined>): string {
  const q = new URLSearchParams()
  for (const [key, value] of Object.entries(values)) if (value !== null && value !== undefined && value !== '') q.set(key, String(value))
  const text = q.toString()
  return text ? `?${text}` : ''
}

export interface ListQuery {
  limit?: number
  cursor?: string | null
  [filter: string]: string | number | null | undefined
}

/** Every call the panel makes. Throws `Problem`; an aborted call throws the abort itself. */
export const rest = {
  login: (username: string, password: string) => request<{ user: Me }>('POST', `${v1}/auth/login`, { username, password }),
  logout: () => request<void>('POST', `${v1}/auth/logout`),
  me: () => request<{ user: Me }>('GET', `${v1}/auth/me`),
  changePassword: (old_password: string, new_password: string) => request<void>('POST', `${v1}/auth/password`, { old_password, new_password }),
  health: (signal?: AbortSignal) => request<Health>('GET', '/api/healthz', undefined, signal),

  overview: (signal?: AbortSignal) => request<Overview>('GET', `${v1}/overview`, undefined, signal),

  sites: (list: ListQuery = {}, signal?: AbortSignal) => request<Page<Site>>('GET', `${v1}/sites${query(list)}`, undefined, signal),
  site: (id: string, signal?: AbortSignal) => request<Site>('GET', `${v1}/sites/${part(id)}`, undefined, signal),
  createSite: (name: string, allowed_origins: string[]) => request<Site>('POST', `${v1}/sites`, { name, allowed_origins }),
  changeSite: (id: string, patch: SitePatch) => request<Site>('PATCH', `${v1}/sites/${part(id)}`, patch),
  createKey: (site: string) => request<{ kid: string; secret: string }>('POST', `${v1}/sites/${part(site)}/keys`, {}),
  deleteKey: (site: string, kid: string) => request<void>('DELETE', `${v1}/sites/${part(site)}/keys/${part(kid)}`),

  users: (list: ListQuery = {}, signal?: AbortSignal) => request<Page<User>>('GET', `${v1}/users${query(list)}`, undefined, signal),
  createUser: (user: { username: string; name: string; role: string }) => request<{ user: User; password?: string }>('POST', `${v1}/users`, user),
  changeUser: (id: string, patch: UserPatch) => request<User>('PATCH', `${v1}/users/${part(id)}`, patch),
  resetPassword: (id: string) => request<{ password: string }>('POST', `${v1}/users/${part(id)}/password`, {}),

  plugins: (signal?: AbortSignal) => request<Page<Plugin>>('GET', `${v1}/plugins`, undefined, signal),
  activate: (id: string, version: string) => request<Plugin>('POST', `${v1}/plugins/${part(id)}/activate`, { version }),
  canary: (id: string, version: string, percent: number) => request<Plugin>('POST', `${v1}/plugins/${part(id)}/canary`, { version, percent }),
  promote: (id: string) => request<Plugin>('POST', `${v1}/plugins/${part(id)}/promote`, {}),
  rollback: (id: string) => request<Plugin>('POST', `${v1}/plugins/${part(id)}/rollback`, {}),
  enable: (id: string) => request<Plugin>('POST', `${v1}/plugins/${part(id)}/enable`, {}),
  disable: (id: string) => request<Plugin>('POST', `${v1}/plugins/${part(id)}/disable`, {}),
  configure: (id: string, config: Record<string, unknown>) => request<Plugin>('PUT', `${v1}/plugins/${part(id)}/config`, config),

  loginLog: (list: ListQuery = {}, signal?: AbortSignal) => request<Page<LoginRow>>('GET', `${v1}/login-log${query(list)}`, undefined, signal),
  auditLog: (list: ListQuery = {}, signal?: AbortSignal) => request<Page<AuditRow>>('GET', `${v1}/audit-log${query(list)}`, undefined, signal),

  tenant: () => request<{ id: string; name: string }>('GET', `${v1}/tenant`),
  renameTenant: (name: string) => request<{ id: string; name: string }>('PATCH', `${v1}/tenant`, { name }),
}
