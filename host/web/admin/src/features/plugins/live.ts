import type { Plugin } from '../../types'

/** Calls of every version of one plugin at one moment. */
export interface Sample {
  at: number
  calls: Record<string, number>
}

export const keptSamples = 60

export function remember(history: readonly Sample[], plugin: Plugin, at: number): Sample[] {
  return [...history, { at, calls: Object.fromEntries(plugin.versions.map((v) => [v.version, v.calls])) }].slice(-keptSamples)
}

/** What was gained between two readings; a version that was loaded afresh counts from zero. */
const gained = (from: number | undefined, to: number | undefined): number => {
  if (to === undefined || from === undefined) return 0
  return to >= from ? to - from : to
}

/** Calls per second between neighbouring samples, oldest first. */
export function rates(history: readonly Sample[], version: string): number[] {
  return history.slice(1).map((sample, i) => {
    const before = history[i]!
    const seconds = (sample.at - before.at) / 1000
    return seconds > 0 ? gained(before.calls[version], sample.calls[version]) / seconds : 0
  })
}

/** Calls per second over the last five seconds or so; null until there are two samples. */
export function currentRate(history: readonly Sample[], version: string): number | null {
  const newest = history.at(-1)
  if (!newest || history.length < 2) return null
  const window = history.filter((s) => newest.at - s.at <= 5500)
  const recent = window.length >= 2 ? window : history.slice(-2)
  const seconds = (newest.at - recent[0]!.at) / 1000
  if (seconds <= 0) return null
  let sum = 0
  for (let i = 1; i < recent.length; i += 1) sum += gained(recent[i - 1]!.calls[version], recent[i]!.calls[version])
  return sum / seconds
}

/** Which part of the recent calls each version had; all zero while nobody calls. */
export function shares(history: readonly Sample[], versions: readonly string[]): Record<string, number> {
  const now = versions.map((version) => currentRate(history, version) ?? 0)
  const all = now.reduce((a, b) => a + b, 0)
  return Object.fromEntries(versions.map((version, i) => [version, all > 0 ? now[i]! / all : 0]))
}
