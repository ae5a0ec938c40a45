import type { Overview } from '../../types'

export interface Sample {
  at: number
  overview: Overview
}

/** Two minutes at one sample every two seconds. */
export const historyLength = 60

export const remember = (history: readonly Sample[], sample: Sample): Sample[] => [...history, sample].slice(-historyLength)

/** Calls per minute of a plugin between the oldest and the newest sample; null until two seconds are known. A restart counts from zero, not backwards. */
export function callsPerMinute(history: readonly Sample[], pluginId: string): number | null {
  const calls = (sample: Sample): number | undefined => sample.overview.plugins.find((p) => p.id === pluginId)?.calls
  const newest = history.at(-1)
  const recent = history.filter((s) => newest && newest.at - s.at <= 60_000)
  const oldest = recent[0]
  if (!oldest || !newest || newest.at - oldest.at < 1500) return null
  const from = calls(oldest)
  const to = calls(newest)
  if (from === undefined || to === undefined) return null
  const gained = to >= from ? to - from : to
  return (gained / (newest.at - oldest.at)) * 60_000
}
