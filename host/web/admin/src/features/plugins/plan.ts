import type { Rollout, RolloutStep } from '../../types'

/** What the host uses when none is given. */
export const usualPlan: readonly RolloutStep[] = [1, 10, 50, 100].map((percent) => ({ percent, hold_s: 600 }))

export type Unit = 's' | 'min' | 'h'
const seconds: Record<Unit, number> = { s: 1, min: 60, h: 3600 }
/** A step as it is typed. */
export interface PlanRow {
  percent: string
  hold: string
  unit: Unit
}
export type RowFault = 'percent' | 'rising' | 'hold'

const longest = 30 * 24 * 3600
export const mostSteps = 20

export function toRow(step: RolloutStep): PlanRow {
  const unit: Unit = step.hold_s > 0 && step.hold_s % 3600 === 0 ? 'h' : step.hold_s % 60 === 0 ? 'min' : 's'
  return { percent: String(step.percent), hold: String(step.hold_s / seconds[unit]), unit }
}

/** The steps, or for each row what is wrong with it. Shares rise; a hold is up to 30 days. */
export function readPlan(rows: readonly PlanRow[]): { steps: RolloutStep[]; faults: (RowFault | null)[] } {
  let before = 0
  const steps: RolloutStep[] = []
  const faults = rows.map((row): RowFault | null => {
    const percent = number(row.percent)
    const hold = number(row.hold)
    if (percent === null || percent <= 0 || percent > 100) return 'percent'
    const share = Math.round(percent * 100) / 100
    if (share <= before) return 'rising'
    before = share
    if (hold === null || hold < 0 || hold * seconds[row.unit] > longest) return 'hold'
    steps.push({ percent: share, hold_s: Math.round(hold * seconds[row.unit]) })
    return null
  })
  return { steps, faults }
}
function number(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(value) ? value : null
}

export interface StepView {
  percent: number
  holdS: number
  state: 'done' | 'now' | 'next' | 'later'
  /** When a coming step begins, milliseconds; null while the plan is paused or for what has passed. */
  due: number | null
  /** Of the running step: how long it has been held, in seconds and as a share of its hold. */
  heldS: number
  share: number
}

/** The plan's steps as they stand at `now`. */
export function stepsAt(rollout: Rollout, now: number): StepView[] {
  const since = Date.parse(rollout.since)
  const ended = rollout.state === 'done'
  let due = rollout.next_at !== null && rollout.state === 'running' ? Date.parse(rollout.next_at) : null
  return rollout.steps.map((step, i) => {
    if (ended || i < rollout.step) return { percent: step.percent, holdS: step.hold_s, state: 'done', due: null, heldS: step.hold_s, share: 1 }
    if (i === rollout.step) {
      const heldS = Number.isNaN(since) ? 0 : Math.max(0, Math.floor((now - since) / 1000))
      const held = Math.min(heldS, step.hold_s)
      return { percent: step.percent, holdS: step.hold_s, state: 'now', due: null, heldS: held, share: step.hold_s > 0 ? held / step.hold_s : 1 }
    }
    const mine = due
    if (due !== null) due += step.hold_s * 1000
    return { percent: step.percent, holdS: step.hold_s, state: i === rollout.step + 1 ? 'next' : 'later', due: mine, heldS: 0, share: 0 }
  })
}

/** Whole seconds until the next step; null when none comes by itself. */
export function secondsLeft(rollout: Rollout, now: number): number | null {
  if (rollout.state !== 'running' || rollout.next_at === null) return null
  const at = Date.parse(rollout.next_at)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}

/** A plan that still has a say: it moves by itself, or waits to be resumed. */
export const planRuns = (rollout: Rollout | null | undefined): rollout is Rollout => rollout?.state === 'running' || rollout?.state === 'paused'
