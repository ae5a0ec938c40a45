/** The plugin platform and the knowledge base of the mock: packages, trust, grants, plans, comparisons, secrets, articles. */
import type { Article, Grant, PackageInfo, Plugin, PluginEvent, Rollout, Secret, TrustKey } from '../src/plugin_types'

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
export type Refuse = (status: number, code: string, more?: Record<string, unknown>) => Error

const keys: TrustKey[] = [
  { key_id: '19ad44f0c2b7e851', name: 'Hotdesk', level: 'official', prefixes: ['com.hotdesk', 'org.hotdesk'], public_key: 'mWc…', added_at: ago(90_000), revoked_at: null, reason: null },
  { key_id: '7f2c19ad00112233', name: '云帆软件', level: 'vendor', prefixes: ['cn.yunfan'], public_key: 'b64…', added_at: ago(9_000), revoked_at: null, reason: null },
  { key_id: 'c0ffee0badc0de11', name: 'Lantern Security', level: 'vendor', prefixes: ['com.lantern', 'com.lantern-labs'], public_key: 'b64…', added_at: ago(50_000), revoked_at: ago(200), reason: 'the vendor lost the private key' },
]
const budgets = { sync_soft_ms: 2, sync_hard_ms: 20, async_ms: { filter: 200 }, concurrency: 16, kv_bytes: 1_048_576, http_requests: 60, memory_bytes: 268435456 }
const grants = new Map<string, Grant>()
const grantOf = (p: Plugin): Grant => {
  const known = grants.get(p.id)
  if (known) return known
  const vendor = p.level === 'vendor'
  const made: Grant = { lane: null, default_lane: vendor ? 'runner' : 'inline', isolation_min: vendor ? 'pool' : 'inline', permissions: { asked: vendor ? ['kv', 'messages', 'http:api.yunfan.example'] : ['kv'], granted: vendor ? ['kv', 'http:api.yunfan.example'] : ['kv'] }, budgets: { asked: vendor ? { kv_bytes: 4_194_304 } : {}, granted: {}, defaults: budgets } }
  grants.set(p.id, made)
  return made
}
const secrets: Record<string, Secret[]> = { 'cn.yunfan.orders': [{ name: 'api_key', updated_at: ago(4_000) }] }
const policies = new Map<string, Record<string, boolean>>()

const incoming = (size: number): PackageInfo => ({
  id: 'cn.yunfan.orders', version: '2.4.0', name: { en: 'Order cards', zh: '订单卡片' }, vendor: '云帆软件', level: 'vendor', key_id: '7f2c19ad00112233',
  sha256: `9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0${String(size).padStart(4, '0').slice(-4)}`, permissions: ['kv', 'messages', 'http:api.yunfan.example', 'post'], budgets: { kv_bytes: 4_194_304, async_ms: { filter: 400 } },
  isolation: { min: 'pool' }, provides: ['hotdesk.filter/1', 'hotdesk.events/1'], min_host: '0.1.0', upgrade_from: '2.0.0',
  report: { checks: ['elf_gate', 'query_is_pure', 'load_unload_200', 'live_threads', 'two_versions', 'state_up_and_down', 'fuzzed_blobs', 'stale_handles', 'malformed_utf8', 'one_megabyte', 'cancel_and_late', 'time_out', 'throw', 'leaks'].map((name) => ({ name, ok: true })) },
})

export const articles: Article[] = [
  ['怎么退货？', '收到 7 天内可以退，运费由我们承担。\n\n1. 在“我的订单”里点**申请退货**\n2. 选择上门取件的时间\n3. 退款在签收后 3 天内到账', 'zh', true],
  ['手冲壶能用电磁炉吗？', '可以。壶底是 430 不锈钢，电磁炉、燃气灶和电陶炉都能用。不要空烧。', 'zh', true],
  ['How long does shipping take?', 'Two to four days inside the country. Islands take two days more. You get a tracking link by e-mail.', 'en', true],
  ['双十一活动（已结束）', '满 300 减 40，可以和会员折扣一起用。', 'zh', false],
].map(([title, text, language, enabled], i) => ({ id: `k-${i}`, title: String(title), text: String(text), url: i === 0 ? 'https://www.ridgeline.example/returns' : null, language: String(language), enabled: Boolean(enabled), updated_at: ago(300 * (i + 1)), updated_by: { id: 'u-1', name: '陈思' } }))

const events: PluginEvent[] = [
  { at: ago(12), actor: null, action: 'plugin.rollout_step', detail: { version: '1.1.0', percent: 10, step: 2 } },
  { at: ago(50), actor: { id: 'u-1', name: '陈思' }, action: 'plugin.pin', detail: { stable: '1.0.0', was: '1.0.0' } },
  { at: ago(72), actor: { id: 'u-1', name: '陈思' }, action: 'plugin.rollout', detail: { version: '1.1.0', steps: ['1%', '10%', '50%', '100%'] } },
  { at: ago(1_200), actor: null, action: 'plugin.auto_rollback', detail: { version: '1.1.0-rc.2', reason: 'slow in 3 windows running: p99 0.09 ms against 0.04 ms', evidence: { rule: 'latency', stable: { version: '1.0.0', calls: 4_100, errors: 1, p50_us: 11, p99_us: 39 }, candidate: { version: '1.1.0-rc.2', calls: 612, errors: 1, p50_us: 21, p99_us: 91 } } } },
  { at: ago(1_220), actor: { id: 'u-1', name: '陈思' }, action: 'plugin.grant', detail: { permissions: ['kv', 'metrics'] } },
]
export const tell = (action: string, detail: unknown): void => void events.unshift({ at: new Date().toISOString(), actor: { id: 'u-1', name: '陈思' }, action: `plugin.${action}`, detail })

export const evidence = { rule: 'errors', stable: { version: '2.0.3', calls: 1_402, errors: 3, refused: 0, rewritten: 0, p50_us: 64, p99_us: 210 }, candidate: { version: '2.1.0', calls: 84, errors: 17, refused: 0, rewritten: 0, p50_us: 71, p99_us: 260 }, windows: [], verdict: { state: 'worse', reason: '' } }

/** Lets plans walk as time passes. */
export function walk(p: Plugin): void {
  const plan = p.rollout
  if (plan?.state !== 'running' || !plan.next_at || Date.now() < Date.parse(plan.next_at)) return
  const next = plan.steps[plan.step + 1]
  if (!next) {
    p.release = { ...p.release, stable: plan.version, previous: p.release.stable, candidate: null, percent: 0 }
    p.rollout = { ...plan, state: 'done', next_at: null }
    return
  }
  p.rollout = { ...plan, step: plan.step + 1, since: new Date().toISOString(), next_at: new Date(Date.now() + next.hold_s * 1000).toISOString() }
  p.release.percent = next.percent
  events.unshift({ at: new Date().toISOString(), actor: null, action: 'plugin.rollout_step', detail: { version: plan.version, percent: next.percent } })
}

const figures = (p: Plugin, version: string | null): unknown => {
  const v = p.versions.find((x) => x.version === version)
  return v ? { version: v.version, calls: v.calls, errors: v.errors, refused: v.refused, rewritten: v.rewritten, p50_us: v.p50_us, p99_us: v.p99_us } : null
}

type Answer = { status: number; body?: unknown } | null
const ok = (body: unknown): Answer => ({ status: 200, body })

/** Null: not one of these routes. */
export function platform(method: string, api: string, q: URLSearchParams, body: Record<string, unknown>, bytes: Buffer, plugins: Plugin[], refuse: Refuse): Answer {
  if (api === '/plugins/trust') {
    if (method === 'GET') return ok({ data: keys, minimums: { 'com.hotdesk.filtering': '1.0.0' } })
    const made: TrustKey = { key_id: Math.random().toString(16).slice(2, 18), name: String(body.name), level: body.level as 'vendor', prefixes: body.prefixes as string[], public_key: String(body.public_key), added_at: new Date().toISOString(), revoked_at: null, reason: null }
    keys.push(made)
    return { status: 201, body: made }
  }
  const trust = api.match(/^\/plugins\/trust\/([^/]+)(\/revoke)?$/)
  if (trust) {
    const at = keys.findIndex((k) => k.key_id === trust[1])
    if (at < 0) throw refuse(404, 'E_NOT_FOUND')
    if (trust[2]) return ok(Object.assign(keys[at]!, { revoked_at: new Date().toISOString(), reason: body.reason }))
    keys.splice(at, 1)
    return { status: 204 }
  }
  if (api === '/plugins/packages') {
    const text = bytes.toString('utf8')
    if (text.startsWith('bad')) throw refuse(422, 'E_PACKAGE', { detail: 'lib/linux-x86_64/plugin.so: its SHA-256 is not the manifest’s', errors: [{ field: 'lib/linux-x86_64/plugin.so', message: 'its SHA-256 is 5e88…, the manifest says 9f86…' }, { field: 'manifest.json', message: '/permissions/2: "moon" is no permission' }] })
    if (text.startsWith('key')) throw refuse(422, 'E_PACKAGE', { detail: 'manifest.sig', errors: [{ field: 'manifest.sig', message: 'signed with key deadbeef00112233, which is not trusted here' }] })
    const info = incoming(bytes.length)
    const p = plugins.find((x) => x.id === info.id)
    if (!q.get('dry_run') && p && !p.versions.some((v) => v.version === info.version)) p.versions.push({ ...p.versions[0]!, version: info.version, state: 'installed', calls: 0, errors: 0, loaded_at: null })
    return { status: q.get('dry_run') ? 200 : 201, body: info }
  }
  if (api === '/knowledge') {
    if (method === 'POST') {
      const made: Article = { id: `k-${Date.now()}`, title: String(body.title), text: String(body.text), url: (body.url as string) ?? null, language: String(body.language ?? 'zh'), enabled: true, updated_at: new Date().toISOString(), updated_by: { id: 'u-1', name: '陈思' } }
      articles.unshift(made)
      return { status: 201, body: made }
    }
    const words = (q.get('q') ?? '').toLowerCase()
    return ok({ data: articles.filter((a) => !words || `${a.title} ${a.text}`.toLowerCase().includes(words)), meta: { next_cursor: null, has_more: false } })
  }
  if (api === '/knowledge/search') {
    const words = [...(q.get('q') ?? '')]
    const data = articles.filter((a) => a.enabled).map((a) => ({ id: a.id, title: a.title, text: a.text.slice(0, 120), score: words.filter((w) => a.text.includes(w) || a.title.includes(w)).length * 0.73 })).filter((p) => p.score > 1).sort((a, b) => b.score - a.score)
    return ok({ data: data.slice(0, Number(q.get('limit') ?? 5)) })
  }
  const article = api.match(/^\/knowledge\/([^/]+)$/)
  if (article) {
    const at = articles.findIndex((a) => a.id === article[1])
    if (at < 0) throw refuse(404, 'E_NOT_FOUND')
    if (method === 'DELETE') {
      articles.splice(at, 1)
      return { status: 204 }
    }
    if (method === 'PATCH') Object.assign(articles[at]!, body, { updated_at: new Date().toISOString() })
    return ok(articles[at])
  }

  const one = api.match(/^\/plugins\/([^/]+)\/(grant|secrets|compare|events|health|policy|shadow|pin|follow|rollout|versions)(?:\/([^/]+))?(\/mark)?$/)
  const p = one && plugins.find((x) => x.id === decodeURIComponent(one[1]!))
  if (!one) return null
  if (!p) throw refuse(404, 'E_NOT_FOUND')
  const [, , what, name, mark] = one
  switch (what) {
    case 'grant':
      if (method === 'PUT') grants.set(p.id, { ...grantOf(p), lane: body.lane as 'pool', permissions: { ...grantOf(p).permissions, granted: body.permissions as string[] }, budgets: { ...grantOf(p).budgets, granted: body.budgets as Grant['budgets']['granted'] } })
      if (method === 'DELETE') grants.delete(p.id)
      return ok(grantOf(p))
    case 'secrets': {
      const mine = (secrets[p.id] ??= [])
      if (method === 'GET') return ok({ data: mine })
      secrets[p.id] = mine.filter((s) => s.name !== name)
      if (method === 'PUT') secrets[p.id]!.push({ name: name!, updated_at: new Date().toISOString() })
      return { status: 204 }
    }
    case 'compare': {
      const windows = Array.from({ length: 24 }, (_, i) => ({ at: ago(24 - i), stable: { calls: 300, errors: 0, p99_us: 36 + (i % 4) }, candidate: { calls: 40, errors: 0, p99_us: 38 + ((i * 7) % 6) } }))
      return ok({ stable: figures(p, p.release.stable), candidate: figures(p, p.release.candidate), windows, verdict: p.release.candidate ? { state: 'well', reason: null } : { state: 'none', reason: null } })
    }
    case 'events':
      return ok({ data: events.slice(0, Number(q.get('limit') ?? 50)), meta: { next_cursor: null, has_more: false } })
    case 'health':
      return ok({ result: 'OK', took_us: 184 })
    case 'policy':
      policies.set(p.id, { ...policies.get(p.id), [String(body.extension)]: Boolean(body.fail_closed) })
      p.policy = policies.get(p.id)!
      return ok(p)
    case 'shadow':
      p.release = { ...p.release, candidate: (body.version as string | null) ?? null, percent: 0, shadow: body.version !== null }
      for (const v of p.versions) v.shadow = v.version === body.version ? { calls: 1_426, differences: 11, errors: 0 } : (v.shadow ?? null)
      return ok(p)
    case 'pin':
      p.release = { ...p.release, stable: String(body.version), candidate: null, percent: 0, own: true }
      return ok(p)
    case 'follow':
      p.release = { ...p.release, own: false }
      return ok(p)
    case 'rollout': {
      if (name === 'stop') p.rollout = null
      else if (name === 'pause') p.rollout = { ...p.rollout!, state: 'paused', next_at: null }
      else if (name === 'resume') p.rollout = { ...p.rollout!, state: 'running', since: new Date().toISOString(), next_at: new Date(Date.now() + p.rollout!.steps[p.rollout!.step]!.hold_s * 1000).toISOString() }
      else {
        const steps = body.steps as Rollout['steps']
        p.rollout = { version: String(body.version), steps, step: 0, since: new Date().toISOString(), next_at: new Date(Date.now() + steps[0]!.hold_s * 1000).toISOString(), state: 'running', reason: null, evidence: {} }
        p.release = { ...p.release, candidate: String(body.version), percent: steps[0]!.percent, shadow: false }
      }
      tell(`rollout${name ? `_${name}` : ''}`, { version: p.release.candidate, percent: p.release.percent })
      return ok(p)
    }
    case 'versions': {
      const v = p.versions.find((x) => x.version === name)
      if (!v) throw refuse(404, 'E_NOT_FOUND')
      if (mark) {
        v.bad = method === 'PUT' ? { reason: String(body.reason), at: new Date().toISOString(), evidence: {} } : null
        return ok(p)
      }
      if (method === 'DELETE') {
        p.versions = p.versions.filter((x) => x !== v)
        return { status: 204 }
      }
      return ok({ ...incoming(1), id: p.id, version: v.version })
    }
  }
  return null
}
