import { t } from '../../i18n'
import type { Problem } from '../../rest'
import { clockTime, span } from '../../shared/format'
import { why } from '../../shared/problem_words'

/** Why nobody is signed in. `until` (ms) is set while trying again is pointless. */
export type LoginTrouble =
  | { kind: 'wrong'; triesLeft: number | null }
  | { kind: 'locked'; until: number }
  | { kind: 'limited'; until: number }
  | { kind: 'agent'; name: string }
  | { kind: 'other'; problem: Problem }

export function troubleOf(problem: Problem, now: number): LoginTrouble {
  if (problem.status === 401) return { kind: 'wrong', triesLeft: problem.triesLeft ?? null }
  if (problem.code === 'E_LOCKED') return { kind: 'locked', until: now + (problem.retryAfter ?? 60) * 1000 }
  if (problem.status === 429) return { kind: 'limited', until: now + (problem.retryAfter ?? 5) * 1000 }
  return { kind: 'other', problem }
}

/** True while the server would only say no again. */
export const mustWait = (trouble: LoginTrouble | null, now: number): boolean => trouble !== null && 'until' in trouble && trouble.until > now

/** Headline and sentence of the red box. A lock that ran out turns into an invitation. */
export function words(trouble: LoginTrouble, now: number): { title: string; text: string } {
  switch (trouble.kind) {
    case 'wrong': {
      const left = trouble.triesLeft
      if (left === null) return { title: t('sign_in.wrong'), text: t('sign_in.forgot') }
      if (left === 0) return { title: t('sign_in.wrong'), text: t('sign_in.last_try') }
      return { title: t('sign_in.wrong'), text: t('sign_in.tries_left', { n: left }, left) }
    }
    case 'locked':
      if (trouble.until <= now) return { title: t('sign_in.unlocked'), text: t('sign_in.forgot') }
      return { title: t('sign_in.locked', { time: clockTime(trouble.until) }), text: t('sign_in.locked_for', { span: span((trouble.until - now + 999) / 1000) }) }
    case 'limited':
      if (trouble.until <= now) return { title: t('sign_in.unlocked'), text: '' }
      return { title: t('sign_in.limited'), text: t('sign_in.limited_for', { span: span((trouble.until - now + 999) / 1000) }) }
    case 'agent':
      return { title: t('sign_in.agent', { name: trouble.name }), text: t('sign_in.agent_text') }
    case 'other':
      return { title: t('sign_in.failed'), text: why(trouble.problem) }
  }
}
