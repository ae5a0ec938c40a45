/** What a person pastes or types for a key, checked before the server has to say no. */

/** The key without its wrapping: PEM lines, a leading comment or the name that `keygen` prints before it. */
export function cleanKey(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('-----'))
    .join('')
    .replace(/^(public[_ ]key|ed25519)\s*[:=]?\s*/i, '')
}

/** 32 bytes: 64 hex digits, base64 of 32 bytes, or the DER form (44 bytes) that PEM wraps. */
export function looksLikeKey(text: string): boolean {
  const key = cleanKey(text)
  if (/^[0-9a-f]{64}$/i.test(key)) return true
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(key)) return false
  const bytes = Math.floor((key.replace(/=+$/, '').length * 3) / 4)
  return bytes === 32 || bytes === 44
}

/** Reverse DNS, one a line; a trailing ".*" or "." is only somebody being careful. */
export function readPrefixes(text: string): { prefixes: string[]; wrong: string[] } {
  const lines = text
    .split(/[\n,;]/)
    .map((line) => line.trim().replace(/\.?\*$/, '').replace(/\.$/, '').toLowerCase())
    .filter(Boolean)
  const prefixes = [...new Set(lines)]
  return { prefixes, wrong: prefixes.filter((p) => p.length > 128 || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(p)) }
}
