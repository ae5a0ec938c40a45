/** What a person pastes or types for a key, read before the server has to say no. */

export type KeyRead = { ok: true; key: string; name: string } | { ok: false; fault: 'private' | 'key' }

/** The public key as 43 characters of base64url: from the file that keygen wrote, from PEM, base64, base64url or hex. */
export function readKey(text: string): KeyRead {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) return readFile(trimmed)
  if (/PRIVATE KEY/.test(trimmed)) return { ok: false, fault: 'private' }
  const body = trimmed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('-----'))
    .join('')
    .replace(/^(public[_ ]key|ed25519)\s*[:=]?\s*/i, '')
  const bytes = /^[0-9a-f]{64}$/i.test(body) ? fromHex(body) : fromBase64(body)
  // PEM wraps the 32 bytes into 44 of DER, the key last.
  if (bytes?.length === 44) return { ok: true, key: toBase64url(bytes.slice(12)), name: '' }
  return bytes?.length === 32 ? { ok: true, key: toBase64url(bytes), name: '' } : { ok: false, fault: 'key' }
}
function readFile(json: string): KeyRead {
  try {
    const file = JSON.parse(json) as Record<string, unknown>
    if (file.seed !== undefined || file.sealed_seed !== undefined || file.private_key !== undefined) return { ok: false, fault: 'private' }
    const read = readKey(String(file.public_key ?? ''))
    return read.ok ? { ...read, name: typeof file.name === 'string' ? file.name : '' } : read
  } catch {
    return { ok: false, fault: 'key' }
  }
}
const fromHex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
function fromBase64(text: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '')), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
}
const toBase64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

/** The id by which packages name a key: the first 16 digits of its SHA-256. Null where the browser can't tell. */
export async function keyIdOf(key: string): Promise<string | null> {
  const bytes = fromBase64(key)
  if (!bytes || !globalThis.crypto?.subtle) return null
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))
  return Array.from(hash.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export interface Prefixes {
  prefixes: string[]
  wrong: string[]
  /** A whole id that looks as if a prefix was meant: "cn.yunfan". */
  narrow: string[]
}
/** Ids one a line: "cn.yunfan.*" for all below, a whole id, or (official and dev alone) "*". */
export function readPrefixes(text: string, level: string): Prefixes {
  const lines = text
    .split(/[\n,;]/)
    .map((line) => line.trim().toLowerCase())
    .filter(Boolean)
    .map((line) => (line.endsWith('.') ? `${line}*` : line))
  const prefixes = [...new Set(lines)]
  const fits = (p: string): boolean => (p === '*' ? level !== 'vendor' : p.length <= 128 && /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*(\.\*)?$/.test(p))
  return { prefixes, wrong: prefixes.filter((p) => !fits(p)), narrow: prefixes.filter((p) => fits(p) && !p.endsWith('*') && p.split('.').length < 3) }
}
