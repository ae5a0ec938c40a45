import { describe, expect, it } from 'vitest'
import type { Overview, Person, Site } from '../../types'
import { attentionOf, firstSteps } from './attention'
import { callsPerMinute, remember, type Sample } from './history'

const overview = (more: Partial<Overview> = {}): Overview => ({ visitors_online: 0, agents_online: 0, connections: 0, conversations: { open: 0, waiting: 0, closed_today: 0 }, messages_today: 0, uptime_s: 1, version: '', node: '', plugins: [], ...more })
const site = (last_ping: Site['last_ping']): Site => ({ id: 's1', site: 'rc1', name: 'Shop', active: true, allowed_origins: [], widget: {}, keys: [], snippet: '', last_ping, created_at: '' })
const person = (role: Person['role']): Person => ({ id: role, username: role, name: role, role, active: true, capacity: 5, state: 'offline', created_at: '', last_login_at: null })
const ids = (o: Overview, sites: Site[] | null = null): string[] => attentionOf(o, sites).map((a) => a.id)

describe('what needs a look', () => {
  it('is nothing on a quiet day', () => {
    expect(ids(overview(), [])).toEqual([])
  })
  it('tells a queue that nobody serves from one that is served', () => {
    const conversations = { open: 0, waiting: 3, closed_today: 0 }
    expect(ids(overview({ conversations }))).toEqual(['nobody'])
    expect(ids(overview({ conversations, agents_online: 2 }))).toEqual(['waiting'])
  })
  it('names a plugin from one error in a hundred on', () => {
    const plugin = (errors: number): Overview => overview({ plugins: [{ id: 'p', name: 'P', stable: '1', calls: 1000, errors }] })
    expect(ids(plugin(9))).toEqual([])
    expect(ids(plugin(10))).toEqual(['plugin-p'])
  })
  it('names a site that no page has loaded, unless it is switched off', () => {
    expect(ids(overview(), [site(null)])).toEqual(['site-s1'])
    expect(ids(overview(), [{ ...site(null), active: false }])).toEqual([])
  })
})

describe('the first steps', () => {
  it('begin with the site', () => {
    expect(firstSteps(overview(), [], [person('admin')])?.map((s) => s.done)).toEqual([false, false, false, false])
  })
  it('lead to the snippet of the first site', () => {
    expect(firstSteps(overview(), [site(null)], [])?.[1]?.to).toBe('/sites/s1/snippet')
  })
  it('are gone once all are done', () => {
    expect(firstSteps(overview({ messages_today: 1 }), [site({ at: '', origin: '', url: '' })], [person('agent')])).toBeNull()
  })
})

describe('calls a minute', () => {
  const sample = (at: number, calls: number): Sample => ({ at, overview: overview({ plugins: [{ id: 'p', name: 'P', stable: '1', calls, errors: 0 }] }) })
  it('needs two samples and forgets what is older than a minute', () => {
    expect(callsPerMinute([sample(0, 0)], 'p')).toBeNull()
    expect(callsPerMinute([sample(0, 0), sample(2000, 10)], 'p')).toBe(300)
    expect(callsPerMinute([sample(0, 0), sample(90_000, 500), sample(92_000, 510)], 'p')).toBe(300)
  })
  it('counts from zero after a restart', () => {
    expect(callsPerMinute([sample(0, 900), sample(2000, 10)], 'p')).toBe(300)
  })
  it('keeps two minutes', () => {
    let history: Sample[] = []
    for (let i = 0; i < 100; i += 1) history = remember(history, sample(i, i))
    expect(history).toHaveLength(60)
  })
})
