/** A name in the reader's language, else in English, else in whatever there is. */
export function localName(name: Record<string, string> | string | null | undefined, locale: string, fallback: string): string {
  if (typeof name === 'string') return name || fallback
  return name?.[locale] ?? name?.en ?? Object.values(name ?? {})[0] ?? fallback
}
