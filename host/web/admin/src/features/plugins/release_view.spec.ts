import { describe, expect, it } from 'vitest'
import { aPlugin, aVersion } from './samples'
import { canActivate, canaryChoices, laneOf, levelOf, comparedWith, nextStep, roleOf, rollbackOf, stateOf, toPercent } from './release_view'

describe('which version may be switched to', () => {
  const plugin = aPlugin({ versions: [aVersion('1.0.0'), aVersion('1.1.0'), aVersion('1.2.0', { state: 'rejected' }), aVersion('1.3.0', { state: 'quarantined' }), aVersion('1.4.0', { state: 'failed_init' })] })
  it.each([
    ['1.0.0', false, 'is in charge already'],
    ['1.1.0', true, 'is installed'],
    ['1.2.0', false, 'was refused by the gate'],
    ['1.3.0', false, 'is quarantined'],
    ['1.4.0', true, 'failed to start and may be tried again'],
  ])('%s: %s, it %s', (version, may) => {
    expect(canActivate(plugin, plugin.versions.find((v) => v.version === version)!)).toBe(may)
  })
  it('none of a disabled plugin', () => {
    const off = { ...plugin, enabled: false }
    expect(off.versions.some((v) => canActivate(off, v))).toBe(false)
    expect(canaryChoices(off)).toEqual([])
  })
  it('a candidate may be switched to at once', () => {
    const canary = aPlugin({ release: { stable: '1.0.0', previous: null, candidate: '1.1.0', percent: 10 } })
    expect(canActivate(canary, canary.versions[1]!)).toBe(true)
  })
  it('the first version of all, when none is stable', () => {
    const fresh = aPlugin({ release: { stable: null, previous: null, candidate: null, percent: 0 } })
    expect(fresh.versions.every((v) => canActivate(fresh, v))).toBe(true)
    expect(canaryChoices(fresh)).toEqual([])
  })
})

describe('what rolling back does', () => {
  it('nothing before the first switch', () => {
    expect(rollbackOf(aPlugin())).toEqual({ kind: 'none' })
  })
  it('returns to the former stable after a switch', () => {
    expect(rollbackOf(aPlugin({ release: { stable: '1.1.0', previous: '1.0.0', candidate: null, percent: 0 } }))).toEqual({ kind: 'version', to: '1.0.0', from: '1.1.0' })
  })
  it('ends a running canary first, even when there is a former stable', () => {
    expect(rollbackOf(aPlugin({ release: { stable: '1.0.0', previous: '0.9.0', candidate: '1.1.0', percent: 10 } }))).toEqual({ kind: 'canary', to: '1.0.0', from: '1.1.0' })
  })
  it('nothing when the former stable is gone or unusable', () => {
    const release = { stable: '1.1.0', previous: '0.9.0', candidate: null, percent: 0 }
    expect(rollbackOf(aPlugin({ release }))).toEqual({ kind: 'none' })
    expect(rollbackOf(aPlugin({ release, versions: [aVersion('0.9.0', { state: 'quarantined' }), aVersion('1.1.0')] }))).toEqual({ kind: 'none' })
  })
  it('nothing while the plugin is disabled', () => {
    expect(rollbackOf(aPlugin({ enabled: false, release: { stable: '1.1.0', previous: '1.0.0', candidate: null, percent: 0 } }))).toEqual({ kind: 'none' })
  })
})

it('knows each version by its part in the release', () => {
  const release = { stable: '1.1.0', previous: '1.0.0', candidate: '1.2.0', percent: 5 }
  expect(['1.1.0', '1.2.0', '1.0.0', '0.1.0'].map((v) => roleOf(v, release))).toEqual(['stable', 'candidate', 'previous', 'other'])
})

it('compares with the candidate, else with the version before, else with nothing', () => {
  expect(comparedWith(aPlugin())).toBeNull()
  expect(comparedWith(aPlugin({ release: { stable: '1.1.0', previous: '1.0.0', candidate: null, percent: 0 } }))).toMatchObject({ role: 'previous', version: { version: '1.0.0' } })
  expect(comparedWith(aPlugin({ release: { stable: '1.0.0', previous: null, candidate: '1.1.0', percent: 1 } }))).toMatchObject({ role: 'candidate', version: { version: '1.1.0' } })
})

it('says the state of a plugin in one word, trouble and disabled before the rest', () => {
  const canary = { stable: '1.0.0', previous: null, candidate: '1.1.0', percent: 10 }
  expect(stateOf(aPlugin())).toBe('active')
  expect(stateOf(aPlugin({ release: canary }))).toBe('canary')
  expect(stateOf(aPlugin({ release: canary, enabled: false }))).toBe('disabled')
  expect(stateOf(aPlugin({ state: 'failed' }))).toBe('trouble')
  expect(stateOf(aPlugin({ release: { ...canary, stable: null, candidate: null } }))).toBe('idle')
})

it('walks 1, 10, 50, 100', () => {
  expect([0, 1, 5, 10, 49.5, 50, 99].map(nextStep)).toEqual([1, 10, 10, 50, 50, 100, 100])
})

it('reads percentages in hundredths and refuses the rest', () => {
  expect(['0', '100', '12.345', ' 7,5 ', '', '-1', '101', 'ten'].map(toPercent)).toEqual([0, 100, 12.35, 7.5, null, null, null, null])
})

it('lets a plugin that was just installed be switched on, though nothing of it is enabled yet', () => {
  const fresh = aPlugin({ enabled: false, state: 'disabled', lane: 'inline', versions: [aVersion('1.0.0', { level: 'vendor', lane: 'runner' })], release: { stable: null, previous: null, candidate: null, percent: 0 } })
  expect(stateOf(fresh)).toBe('idle')
  expect(canActivate(fresh, fresh.versions[0]!)).toBe(true)
  expect([levelOf(fresh), laneOf(fresh)]).toEqual(['vendor', 'runner'])
})
