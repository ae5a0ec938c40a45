import type { PluginVersion } from '../../types'

export type Tone = 'ok-t' | 'warn-t' | 'bad-t' | 't3'
/**
 * A judgement of one version, the subject, against another, the base: the candidate against stable, or after a swap
 * the new stable against the one before. A message key with its values; numbers are shares and microseconds, the view
 * formats them.
 */
export interface Verdict {
  tone: Tone
  key: string
  share?: number
  us?: number
  n?: number
}

/** The breaker's own figures (PLUGIN_ABI.md): below them nothing is judged, above the line it acts. */
export const callsForErrors = 50
export const callsForLatency = 1000
export const latencyFactor = 2
export const errorLine = (stableShare: number): number => Math.max(0.05, 3 * stableShare)

const shareOf = (part: number, calls: number): number => (calls > 0 ? part / calls : 0)
export const errorShare = (v: PluginVersion): number => shareOf(v.errors, v.calls)
export const refusedShare = (v: PluginVersion): number => shareOf(v.refused, v.calls)
export const rewrittenShare = (v: PluginVersion): number => shareOf(v.rewritten, v.calls)

/** How much of what is called right now goes to the subject; rates are calls per second. */
export function callsVerdict(baseRate: number | null, subjectRate: number | null): Verdict {
  const all = (baseRate ?? 0) + (subjectRate ?? 0)
  return all === 0 ? { tone: 't3', key: 'verdict.no_calls_now' } : { tone: 't3', key: 'verdict.share', share: (subjectRate ?? 0) / all }
}

export function errorVerdict(base: PluginVersion, subject: PluginVersion): Verdict {
  const line = errorLine(errorShare(base))
  const share = errorShare(subject)
  if (subject.errors >= 5 && subject.calls >= callsForErrors && share > line) return { tone: 'bad-t', key: 'verdict.over_line', share: line }
  if (subject.errors === 0) return subject.calls === 0 ? { tone: 't3', key: 'verdict.no_calls' } : { tone: 'ok-t', key: 'verdict.no_errors' }
  if (subject.calls < callsForErrors) return { tone: 't3', key: 'verdict.too_few', n: callsForErrors }
  if (share > line / 2) return { tone: 'warn-t', key: 'verdict.near_line', share: line }
  return { tone: 'ok-t', key: 'verdict.below_line', share: line }
}

export function p50Verdict(base: PluginVersion, subject: PluginVersion): Verdict {
  if (base.calls === 0 || subject.calls === 0 || base.p50_us <= 0) return { tone: 't3', key: 'verdict.no_calls' }
  if (subject.calls < callsForLatency) return { tone: 't3', key: 'verdict.too_few', n: callsForLatency }
  const share = subject.p50_us / base.p50_us - 1
  // A microsecond is the clock's own grain: 2 µs against 1 µs is not twice as slow.
  if (Math.abs(subject.p50_us - base.p50_us) <= 1) return { tone: 'ok-t', key: 'verdict.same' }
  if (share <= 0) return { tone: 'ok-t', key: 'verdict.faster', share: -share }
  if (share <= 0.25) return { tone: 'ok-t', key: 'verdict.fine', share }
  return { tone: share <= 1 ? 'warn-t' : 'bad-t', key: 'verdict.slower', share }
}

export function p99Verdict(base: PluginVersion, subject: PluginVersion): Verdict {
  if (base.calls === 0 || subject.calls === 0) return { tone: 't3', key: 'verdict.no_calls' }
  if (subject.calls < callsForLatency) return { tone: 't3', key: 'verdict.too_few', n: callsForLatency }
  const line = base.p99_us * latencyFactor
  if (subject.p99_us > line) return { tone: 'bad-t', key: 'verdict.over_line_us', us: line }
  return { tone: subject.p99_us > line * 0.75 ? 'warn-t' : 'ok-t', key: 'verdict.line_us', us: line }
}

/** Refusals and rewrites are the plugin's work, not its faults: a change is told, not blamed. */
export function workVerdict(of: (v: PluginVersion) => number, base: PluginVersion, subject: PluginVersion): Verdict {
  if (subject.calls === 0 || base.calls === 0) return { tone: 't3', key: 'verdict.no_calls' }
  const difference = of(subject) - of(base)
  if (Math.abs(difference) < 0.001) return { tone: 'ok-t', key: 'verdict.as_before' }
  return { tone: 'warn-t', key: difference > 0 ? 'verdict.more' : 'verdict.less', share: Math.abs(difference) }
}
