import type { LocationQueryValue, Router } from 'vue-router'

export const queryText = (value: LocationQueryValue | LocationQueryValue[] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? ''))

/** Writes list state into the address without a new entry per key press; empty values leave it. */
export function setQuery(router: Router, change: Record<string, string | null>): void {
  const query = { ...router.currentRoute.value.query }
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === '') delete query[key]
    else query[key] = value
  }
  void router.replace({ query })
}
