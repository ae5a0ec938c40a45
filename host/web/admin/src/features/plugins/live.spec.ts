import { expect, it } from 'vitest'
import { currentRate, rates, remember, shares, type Sample } from './live'
import { aPlugin, aVersion } from './samples'

const at = (seconds: number, old: number, fresh: number): Sample => ({ at: seconds * 1000, calls: { '1.0.0': old, '1.1.0': fresh } })

it('shows the calls move from one version to the other', () => {
  const history = [at(0, 100, 0), at(1, 120, 0), at(2, 121, 19), at(3, 121, 40)]
  expect(rates(history, '1.0.0')).toEqual([20, 1, 0])
  expect(rates(history, '1.1.0')).toEqual([0, 19, 21])
})

it('counts a version that was loaded afresh from zero, never backwards', () => {
  const history = [at(0, 500, 0), at(1, 7, 0)]
  expect(rates(history, '1.0.0')).toEqual([7])
  expect(currentRate(history, '1.0.0')).toBe(7)
})

it('speaks of the last five seconds only, and of nothing before the second sample', () => {
  expect(currentRate([at(0, 5, 0)], '1.0.0')).toBeNull()
  expect(currentRate([at(0, 0, 0), at(10, 1000, 0), at(12, 1004, 0)], '1.0.0')).toBe(2)
})

it('shares out the recent calls; nobody calling is no share for anybody', () => {
  expect(shares([at(0, 0, 0), at(1, 9, 1)], ['1.0.0', '1.1.0'])).toEqual({ '1.0.0': 0.9, '1.1.0': 0.1 })
  expect(shares([at(0, 5, 5), at(1, 5, 5)], ['1.0.0', '1.1.0'])).toEqual({ '1.0.0': 0, '1.1.0': 0 })
})

it('keeps a minute of samples', () => {
  let history: Sample[] = []
  for (let i = 0; i < 100; i += 1) history = remember(history, aPlugin({ versions: [aVersion('1.0.0', { calls: i })] }), i * 1000)
  expect(history).toHaveLength(60)
  expect(history[0]!.calls['1.0.0']).toBe(40)
})
