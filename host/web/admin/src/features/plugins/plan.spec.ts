import { describe, expect, it } from 'vitest'
import type { Rollout } from '../../types'
import { planRuns, readPlan, secondsLeft, stepsAt, toRow, usualPlan } from './plan'

const start = Date.parse('2026-01-05T10:00:00Z')
const plan = (more: Partial<Rollout> = {}): Rollout => ({ version: '1.1.0', steps: usualPlan.map((s) => ({ ...s })), step: 1, since: '2026-01-05T10:00:00Z', next_at: '2026-01-05T10:10:00Z', state: 'running', reason: null, ...more })

describe('a plan at work', () => {
  it('knows what has passed, what runs, and when each coming step begins', () => {
    const steps = stepsAt(plan(), start + 150_000)
    expect(steps.map((s) => [s.percent, s.state, s.due])).toEqual([
      [1, 'done', null],
      [10, 'now', null],
      [50, 'next', start + 600_000],
      [100, 'later', start + 1_200_000],
    ])
    expect(steps[1]).toMatchObject({ heldS: 150, share: 0.25 })
    expect(secondsLeft(plan(), start + 150_000)).toBe(450)
  })
  it('promises no time while it is paused', () => {
    const paused = plan({ state: 'paused', next_at: null })
    expect(stepsAt(paused, start).map((s) => s.due)).toEqual([null, null, null, null])
    expect(secondsLeft(paused, start)).toBeNull()
    expect(planRuns(paused)).toBe(true)
  })
  it('never holds longer than it should nor shorter than nothing, whatever the clocks say', () => {
    expect(stepsAt(plan(), start + 9_999_000)[1]).toMatchObject({ heldS: 600, share: 1 })
    expect(stepsAt(plan(), start - 9_999_000)[1]).toMatchObject({ heldS: 0, share: 0 })
    expect(secondsLeft(plan(), start + 9_999_000)).toBe(0)
  })
  it('is over when done or rolled back', () => {
    expect(stepsAt(plan({ state: 'done', next_at: null }), start).every((s) => s.state === 'done')).toBe(true)
    expect([planRuns(plan({ state: 'done' })), planRuns(plan({ state: 'rolled_back' })), planRuns(null)]).toEqual([false, false, false])
  })
})

describe('a plan as it is typed', () => {
  it('goes from the host to the form and back unchanged', () => {
    const steps = [
      { percent: 0.5, hold_s: 45 },
      { percent: 10, hold_s: 600 },
      { percent: 100, hold_s: 7200 },
    ]
    expect(steps.map(toRow)).toEqual([
      { percent: '0.5', hold: '45', unit: 's' },
      { percent: '10', hold: '10', unit: 'min' },
      { percent: '100', hold: '2', unit: 'h' },
    ])
    expect(readPlan(steps.map(toRow))).toEqual({ steps, faults: [null, null, null] })
  })
  it.each([
    ['nothing', '', '1', 'percent'],
    ['words', 'ten', '1', 'percent'],
    ['nobody', '0', '1', 'percent'],
    ['more than everybody', '101', '1', 'percent'],
    ['no more than before', '5', '1', 'rising'],
    ['no hold', '20', '', 'hold'],
    ['a hold before now', '20', '-1', 'hold'],
    ['a hold of more than 30 days', '20', '43201', 'hold'],
  ])('refuses %s', (_, percent, hold, fault) => {
    expect(readPlan([{ percent: '5', hold: '1', unit: 'min' }, { percent, hold, unit: 'min' }]).faults).toEqual([null, fault])
  })
  it('takes a decimal comma', () => {
    expect(readPlan([{ percent: '0,25', hold: '1,5', unit: 'min' }]).steps).toEqual([{ percent: 0.25, hold_s: 90 }])
  })
})
