/** What the mock server starts with: a small shop, one filter in two versions. */
import { evidence } from './mock_platform'
import type { AuditRow, LoginRow, Person, Plugin, Site } from '../src/types'

const minutesAgo = (n: number): string => new Date(Date.now() - n * 60_000).toISOString()

export const tenant = { id: '01890a5d-0000-7000-8000-000000000001', name: '山野咖啡' }

export const people: Person[] = [
  { id: 'u-1', username: 'admin', name: '陈思', role: 'admin', active: true, capacity: 4, state: 'online', created_at: minutesAgo(90_000), last_login_at: minutesAgo(1) },
  { id: 'u-2', username: 'linxiao', name: '林晓', role: 'agent', active: true, capacity: 6, state: 'online', created_at: minutesAgo(80_000), last_login_at: minutesAgo(190) },
  { id: 'u-3', username: 'maya', name: 'Maya Ortiz', role: 'agent', active: true, capacity: 5, state: 'busy', created_at: minutesAgo(60_000), last_login_at: minutesAgo(320) },
  { id: 'u-4', username: 'zhou', name: '周子昂', role: 'agent', active: true, capacity: 6, state: 'away', created_at: minutesAgo(50_000), last_login_at: minutesAgo(2_900) },
  { id: 'u-5', username: 'anna', name: 'Anna Kowalski', role: 'agent', active: false, capacity: 4, state: 'offline', created_at: minutesAgo(50_000), last_login_at: null },
]

const widget = { title: '山野咖啡', greeting: '你好！\n想了解点什么？', color: '#2457e6', position: 'right' as const, locale: 'auto' as const, reply_time: '通常 2 分钟内回复', team: [{ name: '林晓' }], quick: ['手冲壶能用电磁炉吗？', '我的订单到哪了？', '收到破损怎么换？'] }
const snippet = (site: string): string => `<script>window.Hotdesk=window.Hotdesk||function(){(Hotdesk.q=Hotdesk.q||[]).push(arguments)}</script>\n<script async src="https://chat.ridgeline.example/widget.js" data-site="${site}"></script>`

export const sites: Site[] = [
  { id: 's-1', site: 'rc7f2c19ad', name: '官网', active: true, allowed_origins: ['https://www.ridgeline.example', 'https://m.ridgeline.example'], widget, keys: [{ kid: 'k7f2c', created_at: minutesAgo(4_000) }], snippet: snippet('rc7f2c19ad'), last_ping: { at: minutesAgo(0.05), origin: 'https://www.ridgeline.example', url: 'https://www.ridgeline.example/kettles' }, created_at: minutesAgo(90_000) },
  { id: 's-2', site: 'rc90b1e3c4', name: 'Wholesale', active: true, allowed_origins: ['https://b2b.ridgeline.example'], widget: { ...widget, title: 'Ridgeline Wholesale', color: '#0e8a7d', quick: [] }, keys: [], snippet: snippet('rc90b1e3c4'), last_ping: null, created_at: minutesAgo(300) },
]
export const newSite = (name: string, origins: string[]): Site => {
  const code = `rc${Math.random().toString(16).slice(2, 10)}`
  return { id: `s-${code}`, site: code, name, active: true, allowed_origins: origins, widget: { ...widget, title: name, greeting: '', quick: [] }, keys: [], snippet: snippet(code), last_ping: null, created_at: new Date().toISOString() }
}

const version = (v: string, state: string, more: Partial<Plugin['versions'][number]> = {}): Plugin['versions'][number] => ({ version: v, build_id: `${v}-5f1c`, state, calls: 0, errors: 0, refused: 0, rewritten: 0, p50_us: 0, p99_us: 0, loaded_at: null, ...more })

export const plugins: Plugin[] = [
  {
    id: 'com.hotdesk.filtering', name: 'Content filter', enabled: true, lane: 'inline', state: 'active',
    versions: [version('1.0.0', 'active', { calls: 23_911, errors: 0, refused: 98, rewritten: 0, p50_us: 11, p99_us: 38, loaded_at: minutesAgo(185) }), version('1.1.0', 'installed')],
    release: { stable: '1.0.0', previous: null, candidate: null, percent: 0 },
    vendor: 'Hotdesk', level: 'builtin', provides: ['hotdesk.filter/1'], breaker: { state: 'closed', trips: 0, reason: null, at: null },
    config: { words: [{ word: '刷单', action: 'refuse' }, { word: '代开发票' }] },
    config_schema: {
      type: 'object',
      properties: {
        words: { title: 'Words', description: 'Compared without regard to case and width (Ａ is a).', type: 'array', items: { type: 'object', required: ['word'], properties: { word: { type: 'string' }, action: { enum: ['mask', 'refuse'], description: 'mask: every character becomes *; refuse: the message is not sent. Default: mask.' } } } },
        defaults: { title: 'Built-in words', description: "Whether the version's own list applies besides (1.0.0 has none). Default: true.", type: 'boolean' },
        reason: { title: 'Reason', description: 'What the author of a refused message is told.', type: 'string' },
      },
    },
  },
  {
    id: 'com.hotdesk.routing', name: 'Routing', enabled: true, lane: 'pool', state: 'active',
    versions: [version('2.0.1', 'rejected', { problem: 'built for ABI 2.0, this host is 1.0: build it against plugin-api 1.x' }), version('2.0.2', 'installed'), version('2.1.0', 'installed', { calls: 84, errors: 17, crashes: 1, timeouts: 2, late: 0, bad: { reason: '17 of 84 calls failed (20.24 %)', at: minutesAgo(42), evidence } }), version('2.0.3', 'active', { calls: 1_402, errors: 21, p50_us: 64, p99_us: 210, loaded_at: minutesAgo(185) })],
    release: { stable: '2.0.3', previous: '2.0.2', candidate: null, percent: 0 },
    vendor: 'Hotdesk', level: 'official', provides: ['hotdesk.router/1'], breaker: { state: 'closed', trips: 1, reason: '17 of 84 calls failed (20.24 %)', at: minutesAgo(42) },
    rollout: { version: '2.1.0', steps: [{ percent: 10, hold_s: 600 }, { percent: 100, hold_s: 600 }], step: 0, since: minutesAgo(44), next_at: null, state: 'rolled_back', reason: '17 of 84 calls failed (20.24 %); of the other version 3 of 1402 calls failed (0.21 %)', evidence },
    config: { strategy: 'least_busy' },
    config_schema: { type: 'object', properties: { strategy: { type: 'string', enum: ['least_busy', 'round_robin', 'same_agent'], title: 'Strategy' } } },
  },
  { id: 'cn.yunfan.orders', name: 'Order cards', enabled: true, lane: 'runner', state: 'active', vendor: '云帆软件', level: 'vendor', provides: ['hotdesk.filter/1', 'hotdesk.events/1'], breaker: { state: 'closed', trips: 0, reason: null, at: null }, versions: [version('2.3.0', 'active', { calls: 31, level: 'vendor', lane: 'runner', p50_us: 900, p99_us: 3100, crashes: 2, timeouts: 1, late: 0, loaded_at: minutesAgo(400), runner: { state: 'running', pid: 40812, restarts: 2, last_crash: 'SIGSEGV in inspect, 2 h ago' } })], release: { stable: '2.3.0', previous: null, candidate: null, percent: 0 }, config: {}, config_schema: null },
]

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36'
export const logins: LoginRow[] = Array.from({ length: 120 }, (_, i) => ({ username: ['linxiao', 'maya', 'admin', 'root'][i % 4]!, ip: `10.2.0.${14 + (i % 5)}`, success: i % 4 !== 3, timestamp: minutesAgo(i * 37), source: i % 3 ? 'WebAgent' : 'WebAdmin', ua: i % 5 ? chrome : 'curl/8.5.0' }))

export const audit: AuditRow[] = [
  { at: minutesAgo(62), actor: { id: 'u-1', name: '陈思' }, action: 'plugin.enable', target: 'com.hotdesk.filtering', detail: { version: '1.0.0' }, ip: '10.2.0.14' },
  { at: minutesAgo(300), actor: { id: 'u-1', name: '陈思' }, action: 'site.create', target: 's-2', detail: { name: 'Wholesale' }, ip: '10.2.0.14' },
  ...Array.from({ length: 70 }, (_, i): AuditRow => ({ at: minutesAgo(400 + i * 60), actor: { id: 'u-1', name: '陈思' }, action: i % 2 ? 'user.update' : 'site.update', target: i % 2 ? 'u-2' : 's-1', detail: i % 2 ? { capacity: 4 + (i % 3) } : { active: true }, ip: '10.2.0.14' })),
]
