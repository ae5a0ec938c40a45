import { beforeAll, describe, expect, it } from 'vitest'
import { i18n } from '../../i18n'
import { amountOk, amounts, amountWords, flatten, labelOf, unflatten } from './budgets'
import { readEvidence } from './evidence'
import { defaultLane, laneChoices } from './levels'
import { hostsOf, namesHosts, permissionWords, withHosts } from './permissions'

beforeAll(() => void (i18n.global.locale.value = 'en'))

describe('lanes', () => {
  it.each([
    ['builtin', 'inline', [null, null, null], 'inline'],
    ['builtin', 'runner', ['min', 'min', null], 'runner'],
    ['official', 'inline', ['builtin', null, null], 'pool'],
    ['official', 'runner', ['builtin', 'min', null], 'runner'],
    ['vendor', null, ['builtin', null, null], 'runner'],
    ['dev', 'runner', ['builtin', 'min', null], 'runner'],
  ] as const)('%s, at least %s', (level, min, barred, usual) => {
    expect(laneChoices(level, min).map((choice) => choice.barred)).toEqual(barred)
    expect(defaultLane(level, min)).toBe(usual)
  })
  it('warns of an outsider in the host’s own process', () => {
    expect(laneChoices('vendor', null).map((choice) => choice.risky)).toEqual([false, true, false])
    expect(laneChoices('official', null).some((choice) => choice.risky)).toBe(false)
  })
})

describe('budgets', () => {
  it('are flat on the page and grouped on the wire', () => {
    const budgets = { sync_ms: 2, async_ms: { router: 300, filter: 200 } }
    expect(flatten(budgets)).toEqual({ sync_ms: '2', 'async_ms.router': '300', 'async_ms.filter': '200' })
    expect(unflatten(flatten(budgets))).toEqual(budgets)
  })
  it('leave what is empty to the default', () => {
    expect(unflatten({ sync_ms: ' ', kv_bytes: '10' })).toEqual({ kv_bytes: 10 })
    expect(['', '0', '12', '12.5', '-1', 'many'].map(amountOk)).toEqual([true, true, true, false, false, false])
  })
  it('speak of bytes as people do, and of groups by their own word', () => {
    expect([amountWords('4194304', 'B'), amountWords('1536', 'B'), amountWords('20', 'ms'), amountWords('16', '')]).toEqual(['4 MiB', '1.5 KiB', '20 ms', '16'])
    expect(labelOf('async_ms.moon')).toBe('Time for a late answer · moon')
    expect(labelOf('moon')).toBe('moon')
  })
  it('list every amount that anybody named, once', () => {
    expect(amounts({ a: 5 }, { b: 1 }, { a: 2, b: 3 }).map((x) => [x.name, x.asked, x.granted, x.fallback])).toEqual([
      ['a', '5', '', '2'],
      ['b', '', '1', '3'],
    ])
  })
})

it('says in plain words what a permission lets happen', () => {
  expect(permissionWords('http:api.example.com').title).toContain('api.example.com')
  expect(permissionWords('kv').reaches).toBe(false)
  expect(permissionWords('messages').reaches).toBe(true)
  expect(permissionWords('moon')).toMatchObject({ title: 'moon', reaches: true })
})

it('keeps the hosts that the operator names apart from what is asked', () => {
  expect([namesHosts(['kv', 'http:*']), namesHosts(['http:api.example.com'])]).toEqual([true, false])
  const granted = ['kv', 'http:a.example']
  expect(hostsOf(granted, ['kv', 'http:*'])).toEqual(['a.example'])
  expect(withHosts(granted, ['kv', 'http:*'], ' https://API.example.com/v1, b.example:8443\n not a host ')).toEqual({ permissions: ['kv', 'http:api.example.com', 'http:b.example:8443'], wrong: ['not a host'] })
})

describe('the evidence of a rollback', () => {
  it('puts pairs side by side on one scale, the reason first', () => {
    const { rows, facts } = readEvidence({ stable: { calls: 200, errors: 0, p99_us: 40 }, candidate: { calls: 50, errors: 10, p99_us: 80 }, rule: 'errors', windows: [{}], verdict: { state: 'worse', reason: 'x' } })
    expect(rows.map((r) => [r.key, r.stable, r.candidate])).toEqual([
      ['error_share', '0%', '20.0%'],
      ['p99_us', '40 µs', '80 µs'],
      ['calls', '200', '50'],
    ])
    expect(rows[1]!.bars).toEqual([50, 100])
    expect(facts.map((f) => f.text)).toEqual(['Too many errors'])
  })
  it('shows a crash as it was written down', () => {
    expect(readEvidence({ signal: 'SIGSEGV', stack: ['a', 'b'] }).facts.map((f) => f.text)).toEqual(['SIGSEGV', 'a\nb'])
    expect(readEvidence(null)).toEqual({ rows: [], facts: [] })
    expect(readEvidence({ stable: null, candidate: '' })).toEqual({ rows: [], facts: [] })
  })
})
