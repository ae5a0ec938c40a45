import type { PluginVersion } from '../../types'

export type Tone = 'ok-t' | 'warn-t' | 'bad-t' | 't3'
/** A judgement in words: a message key with its values. Numbers are shares and microseconds; the view formats them. */
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

export function callsVerdict(stable: PluginVersion, other: PluginVersion): Verdict {
  const all = stable.calls + other.calls
  return all === 0 ? { tone: 't3', key: 'verdict.no_calls' } : { tone: 't3', key: 'verdict.share', share: other.calls / all }
}

export function errorVerdict(stable: PluginVersion, other: PluginVersion): Verdict {
  const line = errorLine(errorShare(stable))
  const share = errorShare(other)
  if (other.errors >= 5 && other.calls >= callsForErrors && share > line) return { tone: 'bad-t', key: 'verdict.over_line', share: line }
  if (other.errors === 0) return other.calls === 0 ? { tone: 't3', key: 'verdict.no_calls' } : { tone: 'ok-t', key: 'verdict.no_errors' }
  if (other.calls < callsForErrors) return { tone: 't3', key: 'verdict.too_few', n: callsForErrors }
  if (share > line / 2) return { tone: 'warn-t', key: 'verdict.near_line', share: line }
  return { tone: 'ok-t', key: 'verdict.below_line', share: line }
}

export function p50Verdict(stable: PluginVersion, other: PluginVersion): Verdict {
  if (stable.calls === 0 || other.calls === 0 || stable.p50_us <= 0) return { tone: 't3', key: 'verdict.no_calls' }
  const share = other.p50_us / stable.p50_us - 1
  // A microsecond is the clock's own grain: 2 µs against 1 µs is not twice as slow.
  if (Math.abs(other.p50_us - stable.p50_us) <= 1) return { tone: 'ok-t', key: 'verdict.same' }
  if (share <= 0) return { tone: 'ok-t', key: 'verdict.faster', share: -share }
  if (share <= 0.25) return { tone: 'ok-t', key: 'verdict.fine', share }
  return { tone: share <= 1 ? 'warn-t' : 'bad-t', key: 'verdict.slower', share }
}

export function p99Verdict(stable: PluginVersion, other: PluginVersion): Verdict {
  if (stable.calls === 0 || other.calls === 0) return { tone: 't3', key: 'verdict.no_calls' }
  if (other.calls < callsForLatency) return { tone: 't3', key: 'verdict.too_few', n: callsForLatency }
  const line = stable.p99_us * latencyFactor
  if (other.p99_us > line) return { tone: 'bad-t', key: 'verdict.over_line_us', us: line }
  return { tone: other.p99_us > line * 0.75 ? 'warn-t' : 'ok-t', key: 'verdict.line_us', us: line }
}

/** Refusals and rewrites are the plugin's work, not its faults: a change is told, not blamed. */
export function workVerdict(of: (v: PluginVersion) => number, stable: PluginVersion, other: PluginVersion): Verdict {
  if (other.calls === 0 || stable.calls === 0) return { tone: 't3', key: 'verdict.no_calls' }
  const difference = of(other) - of(stable)
  if (Math.abs(difference) < 0.001) return { tone: 'ok-t', key: 'verdict.as_before' }
  return { tone: 'warn-t', key: difference > 0 ? 'verdict.more' : 'verdict.less', share: Math.abs(difference) }
}
