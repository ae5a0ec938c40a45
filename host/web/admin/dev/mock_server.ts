/**
 * The admin REST in memory, for `vite` and `vite preview`: enough to use every page. Never part of dist.
 * Log in with admin / hotdesk-dev (anything else is wrong; five tries lock for a minute); agent / hotdesk-dev is an agent.
 * POST /dev/ping {site} pretends that a page loaded the widget; POST /dev/reset empties everything for the first-run look.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Connect, Plugin as VitePlugin } from 'vite'
import type { Plugin, PluginVersion } from '../src/types'
import * as data from './mock_data'
import { platform, walk } from './mock_platform'

const started = Date.now()
const csrf = 'dev-csrf-value'
let tries = 5
let lockedUntil = 0
let lastTick = Date.now()
let messages = 1204
let empty = false

class Fail extends Error {
  constructor(readonly status: number, readonly code: string, readonly more: Record<string, unknown> = {}) {
    super(code)
  }
}

/** The policy of the real server's pages, so that what it forbids fails here too. */
const csp = (host: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' wss://${host}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vue dompurify`

/** Lets calls arrive as time passes, split by the release's percentage. */
function tick(): void {
  const now = Date.now()
  const seconds = (now - lastTick) / 1000
  lastTick = now
  messages += Math.round(seconds * 3)
  for (const p of data.plugins) {
    walk(p)
    if (!p.enabled || !p.release.stable) continue
    const total = Math.round(seconds * (p.id.includes('filter') ? 24 : 3) * (0.8 + Math.random() * 0.4))
    const candidate = Math.round((total * (p.release.candidate ? p.release.percent : 0)) / 100)
    call(p, p.release.stable, total - candidate)
    if (p.release.candidate) call(p, p.release.candidate, candidate)
  }
}
function call(p: Plugin, name: string, n: number): void {
  const v = p.versions.find((x) => x.version === name)
  if (!v || n <= 0) return
  v.calls += n
  v.refused += Math.round(n * 0.004)
  if (v.version === '1.1.0') v.rewritten += Math.random() < 0.6 ? 1 : 0
  v.p50_us = v.version === '1.1.0' ? 12 : v.p50_us || 11
  v.p99_us = v.version === '1.1.0' ? 41 : v.p99_us || 38
}
const load = (v: PluginVersion, state: string): void => {
  if (!v.loaded_at) v.loaded_at = new Date().toISOString()
  v.state = state
}
const find = (p: Plugin, name: unknown): PluginVersion => {
  const v = p.versions.find((x) => x.version === name)
  if (!v) throw new Fail(404, 'E_NOT_FOUND', { detail: `no version ${String(name)}` })
  return v
}
function drain(p: Plugin, name: string | null): void {
  const v = p.versions.find((x) => x.version === name)
  if (!v) return
  v.state = 'draining'
  setTimeout(() => v.state === 'draining' && (v.state = 'installed'), 3000)
}

function act(p: Plugin, verb: string, body: Record<string, unknown>): Plugin {
  const r = p.release
  switch (verb) {
    case 'activate': {
      const v = find(p, body.version)
      if (r.candidate && r.candidate !== v.version) drain(p, r.candidate)
      drain(p, r.stable)
      p.release = { stable: v.version, previous: r.stable, candidate: null, percent: 0 }
      load(v, 'active')
      break
    }
    case 'canary':
      load(find(p, body.version), 'canary')
      p.release = { ...r, candidate: String(body.version), percent: Number(body.percent) }
      break
    case 'promote':
      if (!r.candidate) throw new Fail(409, 'E_STATE', { detail: 'there is no candidate' })
      load(find(p, r.candidate), 'active')
      drain(p, r.stable)
      p.release = { stable: r.candidate, previous: r.stable, candidate: null, percent: 0 }
      break
    case 'rollback':
      if (r.candidate) {
        drain(p, r.candidate)
        p.release = { ...r, candidate: null, percent: 0 }
      } else if (r.previous) {
        load(find(p, r.previous), 'active')
        drain(p, r.stable)
        p.release = { stable: r.previous, previous: r.stable, candidate: null, percent: 0 }
      } else throw new Fail(409, 'E_STATE', { detail: 'there is no version to go back to' })
      break
    case 'enable':
    case 'disable':
      p.enabled = verb === 'enable'
      break
    case 'config': {
      const words = body.words
      const long = Array.isArray(words) ? words.findIndex((w) => String(w?.word).length > 64) : -1
      if (long >= 0) throw new Fail(400, 'E_INVALID', { errors: [{ field: `/words/${long}/word`, message: 'at most 64 characters' }] })
      p.config = body
    }
  }
  p.state = !p.enabled ? 'disabled' : p.release.candidate ? 'canary' : 'active'
  data.audit.unshift({ at: new Date().toISOString(), actor: { id: 'u-1', name: '陈思' }, action: `plugin.${verb}`, target: p.id, detail: verb === 'config' ? null : body, ip: '10.2.0.14' })
  return p
}

const page = <T>(rows: T[], q: URLSearchParams): unknown => {
  const from = Number(q.get('cursor') ?? 0)
  const limit = Number(q.get('limit') ?? 50)
  const more = rows.length > from + limit
  return { data: rows.slice(from, from + limit), meta: { next_cursor: more ? String(from + limit) : null, has_more: more } }
}

function route(method: string, path: string, q: URLSearchParams, body: Record<string, unknown>, bytes: Buffer, cookie: string): { status: number; body?: unknown; cookie?: string[] } {
  const ok = (value: unknown): { status: number; body: unknown } => ({ status: 200, body: value })
  if (path === '/api/healthz') return ok({ redis: 'OFF', database: 'OK', websocket: 'OK', version: '0.1.0-selfhost' })
  if (path === '/dev/ping') {
    const site = data.sites.find((s) => s.id === body.site)
    if (site) site.last_ping = { at: new Date().toISOString(), origin: site.allowed_origins[0] ?? '', url: `${site.allowed_origins[0]}/index.html` }
    return { status: 204 }
  }
  if (path === '/dev/reset') {
    empty = Boolean(body.empty)
    return { status: 204 }
  }
  const api = path.replace('/api/v1', '')
  const who = (cookie.match(/__Host-hotdesk=([a-z]+)/) ?? [])[1]
  const account = (name: string): unknown => ({ user: { id: name === 'agent' ? 'u-2' : 'u-1', username: name, name: name === 'agent' ? '林晓' : '陈思', role: name === 'agent' ? 'agent' : 'admin', tenant: data.tenant }, csrf })
  if (api === '/auth/login') {
    if (Date.now() < lockedUntil) throw new Fail(429, 'E_LOCKED', { retry_after: Math.ceil((lockedUntil - Date.now()) / 1000) })
    if (body.password !== 'hotdesk-dev' || !['admin', 'agent'].includes(String(body.username))) {
      tries -= 1
      if (tries <= 0) {
        lockedUntil = Date.now() + 60_000
        tries = 5
        throw new Fail(429, 'E_LOCKED', { retry_after: 60 })
      }
      throw new Fail(401, 'E_LOGIN', { tries_left: tries })
    }
    tries = 5
    return { ...ok(account(String(body.username))), cookie: [`__Host-hotdesk=${String(body.username)}; Path=/; Secure; HttpOnly; SameSite=Strict`, `__Host-hotdesk-csrf=${csrf}; Path=/; Secure; SameSite=Strict`] }
  }
  if (!who) throw new Fail(401, 'E_LOGIN')
  if (api === '/auth/me') return ok(account(who))
  if (api === '/auth/logout') return { status: 204, cookie: ['__Host-hotdesk=; Path=/; Secure; Max-Age=0', '__Host-hotdesk-csrf=; Path=/; Secure; Max-Age=0'] }
  if (api === '/auth/password') {
    if (body.old_password !== 'hotdesk-dev') throw new Fail(401, 'E_LOGIN')
    return { status: 204 }
  }
  tick()
  const sites = empty ? [] : data.sites
  const people = empty ? data.people.slice(0, 1) : data.people
  const plugins = empty ? [] : data.plugins
  if (api === '/overview')
    return ok({ visitors_online: empty ? 0 : 238 + Math.round(Math.random() * 8), agents_online: empty ? 0 : 3, connections: empty ? 1 : 312 + Math.round(Math.random() * 6), conversations: empty ? { open: 0, waiting: 0, closed_today: 0 } : { open: 41, waiting: 3, closed_today: 168 }, messages_today: empty ? 0 : messages, uptime_s: 11_100 + (Date.now() - started) / 1000, version: '0.1.0', node: 'n-01', plugins: plugins.map((p) => ({ id: p.id, name: p.name, stable: p.release.stable ?? '', calls: p.versions.reduce((a, v) => a + v.calls, 0), errors: p.versions.reduce((a, v) => a + v.errors, 0) })) })
  if (api === '/agents') return ok({ data: people.filter((u) => u.active).map((u, i) => ({ id: u.id, name: u.name, role: u.role, state: u.state, open: [0, 3, 5, 2][i] ?? 0, capacity: u.capacity })) })
  if (api === '/tenant') {
    if (method === 'PATCH') data.tenant.name = String(body.name)
    return ok(data.tenant)
  }
  if (api === '/login-log') return ok(page(data.logins, q))
  if (api === '/audit-log') return ok(page(data.audit, q))
  if (api === '/plugins') return ok({ data: plugins, meta: { next_cursor: null, has_more: false } })
  const more = platform(method, api, q, body, bytes, plugins, (status, code, rest) => new Fail(status, code, rest))
  if (more) return more
  const plugin = api.match(/^\/plugins\/([^/]+)\/(\w+)$/)
  if (plugin) {
    const p = data.plugins.find((x) => x.id === decodeURIComponent(plugin[1]!))
    if (!p) throw new Fail(404, 'E_NOT_FOUND')
    return ok(act(p, plugin[2]!, body))
  }
  if (api === '/sites') {
    if (method !== 'POST') return ok(page(sites, q))
    const made = data.newSite(String(body.name), body.allowed_origins as string[])
    data.sites.push(made)
    return { status: 201, body: made }
  }
  const site = api.match(/^\/sites\/([^/]+)(?:\/keys(?:\/(.+))?)?$/)
  if (site) {
    const s = data.sites.find((x) => x.id === site[1])
    if (!s) throw new Fail(404, 'E_NOT_FOUND')
    if (api.endsWith('/keys')) {
      const kid = `k${Math.random().toString(16).slice(2, 7)}`
      s.keys.push({ kid, created_at: new Date().toISOString() })
      return { status: 201, body: { kid, secret: `hd_sk_${'x7Qd0Vb2'.repeat(5)}` } }
    }
    if (site[2]) {
      s.keys = s.keys.filter((k) => k.kid !== site[2])
      return { status: 204 }
    }
    if (method === 'PATCH') Object.assign(s, body)
    return ok(s)
  }
  if (api === '/users') {
    if (method !== 'POST') return ok(page(people, q))
    if (data.people.some((u) => u.username === body.username)) throw new Fail(409, 'E_TAKEN', { errors: [{ field: 'username', message: 'this user name is taken' }] })
    const made = { id: `u-${Date.now()}`, username: String(body.username), name: String(body.name), role: body.role as 'agent', active: true, capacity: 5, state: 'offline', created_at: new Date().toISOString(), last_login_at: null }
    data.people.unshift(made)
    return { status: 201, body: { user: made, password: 'kfm7-q2xv-8hra-w5np' } }
  }
  const user = api.match(/^\/users\/([^/]+)(\/password)?$/)
  if (user) {
    const u = data.people.find((x) => x.id === user[1])
    if (!u) throw new Fail(404, 'E_NOT_FOUND')
    if (user[2]) return ok({ password: 'n4tw-7ydb-x3ke-m9hs' })
    if (method === 'PATCH') Object.assign(u, body)
    return ok(u)
  }
  throw new Fail(404, 'E_NOT_FOUND')
}

async function bodyOf(request: IncomingMessage): Promise<{ body: Record<string, unknown>; bytes: Buffer }> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  const bytes = Buffer.concat(chunks)
  const json = bytes.length > 0 && request.headers['content-type'] === 'application/json'
  return { body: json ? (JSON.parse(bytes.toString('utf8')) as Record<string, unknown>) : {}, bytes }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const method = request.method ?? 'GET'
  response.setHeader('content-type', 'application/json')
  try {
    const { body, bytes } = await bodyOf(request)
    const cookie = request.headers.cookie ?? ''
    if (method !== 'GET' && url.pathname.startsWith('/api') && !url.pathname.endsWith('/auth/login') && request.headers['x-csrf-token'] !== csrf) throw new Fail(403, 'E_CSRF')
    const result = route(method, url.pathname, url.searchParams, body, bytes, cookie)
    if (result.cookie) response.setHeader('set-cookie', result.cookie)
    response.statusCode = result.status
    response.end(result.body === undefined ? undefined : JSON.stringify(result.body))
  } catch (error) {
    const fail = error instanceof Fail ? error : new Fail(500, 'E_INTERNAL', { detail: String(error) })
    response.statusCode = fail.status
    response.setHeader('content-type', 'application/problem+json')
    response.end(JSON.stringify({ type: 'about:blank', title: fail.code, status: fail.status, code: fail.code, trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', ...fail.more }))
  }
}

const middleware: Connect.NextHandleFunction = (request, response, next) => {
  if (/^\/(api|dev)\//.test(request.url ?? '')) void answer(request, response)
  else next()
}

export function mockServer(): VitePlugin {
  return {
    name: 'hotdesk-mock-server',
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) => {
      server.middlewares.use((request, response, next) => {
        response.setHeader('content-security-policy', csp(request.headers.host ?? 'localhost'))
        next()
      })
      server.middlewares.use(middleware)
    },
  }
}
