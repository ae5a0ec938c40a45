/** A user agent as people call it: "Chrome · Windows". Unknown ones are cut, never guessed. */
export function clientOf(ua: string): string {
  const browser = /Edg\//.test(ua) ? 'Edge' : /Firefox\//.test(ua) ? 'Firefox' : /Chrom(e|ium)\//.test(ua) ? 'Chrome' : /Safari\//.test(ua) && /Version\//.test(ua) ? 'Safari' : ''
  const system = /Android/.test(ua) ? 'Android' : /iPhone|iPad/.test(ua) ? 'iOS' : /Windows/.test(ua) ? 'Windows' : /Mac OS X/.test(ua) ? 'macOS' : /Linux|X11/.test(ua) ? 'Linux' : ''
  const known = [browser, system].filter(Boolean).join(' · ')
  return known || (ua.length > 40 ? `${ua.slice(0, 39)}…` : ua)
}
