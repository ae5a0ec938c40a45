/** One origin as the browser sends it: scheme, host, port. Null when the text is none. A bare host means https. */
export function toOrigin(text: string): string | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  try {
    const url = new URL(full)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return null
    if (url.username || url.password || !url.hostname || /[\s,;]/.test(trimmed)) return null
    return url.origin
  } catch {
    return null
  }
}

/** One origin a line; what is none comes back in `bad` as it was written. Repeats are dropped. */
export function parseOrigins(text: string): { origins: string[]; bad: string[] } {
  const origins: string[] = []
  const bad: string[] = []
  for (const line of text.split(/[\n,]/)) {
    if (!line.trim()) continue
    const origin = toOrigin(line)
    if (origin === null) bad.push(line.trim())
    else if (!origins.includes(origin)) origins.push(origin)
  }
  return { origins, bad }
}
