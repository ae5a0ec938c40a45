import type { Site } from '../../types'

export type LiveCheck =
  | { state: 'waiting'; /** Two minutes of silence: time to say what usually is the matter. */ long: boolean }
  | { state: 'seen'; at: string; origin: string; url: string; /** Less than a minute old: the page is open right now. */ fresh: boolean; allowed: boolean }

const longWaitMs = 120_000
const freshMs = 60_000

/** What the page knows about the snippet at work. `since` is when the page began to watch. */
export function liveCheck(site: Pick<Site, 'last_ping' | 'allowed_origins'>, since: number, now: number): LiveCheck {
  const ping = site.last_ping
  if (!ping) return { state: 'waiting', long: now - since >= longWaitMs }
  // No list of origins means that every page may embed the widget.
  const allowed = site.allowed_origins.length === 0 || site.allowed_origins.includes(ping.origin)
  return { state: 'seen', at: ping.at, origin: ping.origin, url: ping.url, fresh: now - Date.parse(ping.at) < freshMs, allowed }
}
