import type { Lane, Level } from '../../types'

/** A chip's colour beside its word: `dev` is the only level that warns. */
export const levelClass: Record<Level, string> = { builtin: '', official: 'info', vendor: 'line', dev: 'warn' }

const order: Record<Lane, number> = { inline: 0, pool: 1, runner: 2 }

export interface LaneChoice {
  lane: Lane
  /** Why it can't be chosen, the end of a message key; null: it can. */
  barred: 'min' | 'builtin' | null
  /** May be chosen, but a fault there reaches the host: an outsider's code in its process. */
  risky: boolean
}

/**
 * Which lanes may be granted: the caller's thread is for what is built in alone, the pool is meant for what is signed
 * `official`; and none that is less apart than the package itself asks for. A candidate that is not built in starts in a
 * process of its own whatever is granted.
 */
export function laneChoices(level: Level, min: Lane | null): LaneChoice[] {
  return (['inline', 'pool', 'runner'] as const).map((lane) => {
    if (lane === 'inline' && level !== 'builtin') return { lane, barred: 'builtin', risky: false }
    if (order[lane] < order[min ?? 'inline']) return { lane, barred: 'min', risky: false }
    return { lane, barred: null, risky: lane === 'pool' && level !== 'builtin' && level !== 'official' }
  })
}

/** What its level gives when nobody chooses. */
export function defaultLane(level: Level, min: Lane | null): Lane {
  const usual: Lane = level === 'builtin' ? 'inline' : level === 'official' ? 'pool' : 'runner'
  return order[usual] < order[min ?? 'inline'] ? min! : usual
}

/** The first eight characters tell keys apart for people; the whole id is one click away. */
export const shortKey = (keyId: string): string => (keyId.length > 12 ? `${keyId.slice(0, 8)}…` : keyId)
