// Message text as pieces to draw. It is never HTML: links are found here and drawn as elements.

export interface Piece {
  text: string;
  href?: string;
}

// only web addresses: `javascript:` and `data:` never become a link
const URL_PATTERN = /\bhttps?:\/\/[^\s<>"'，。！？；：、（）【】《》“”‘’]+/gi;
const TRAILING = /[.,;:!?)\]}'"]$/;

/** Punctuation at the end belongs to the sentence; a closing bracket to the address where it was opened in it. */
function trimEnd(href: string): string {
  while (TRAILING.test(href)) {
    if (href.endsWith(')') && href.split('(').length >= href.split(')').length) break;
    href = href.slice(0, -1);
  }
  return href;
}

export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(URL_PATTERN)) {
    const href = trimEnd(match[0]);
    if (!URL.canParse?.(href)) continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index) });
    found.push({ text: href, href });
    at = match.index + href.length;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
}

/** What an avatar shows: the first Chinese character, or the initials of the first two words. */
export function initials(name: string): string {
  const trimmed = name.trim();
  const first = [...trimmed][0] ?? '';
  if (/[\u2e80-\u9fff\uf900-\ufaff]/.test(first)) return first;
  return trimmed
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

/** One of the six avatar tints, always the same for a person. */
export function tint(id: string): number {
  let hash = 0;
  for (const char of id) hash = (hash * 31 + char.codePointAt(0)!) >>> 0;
  return (hash % 6) + 1;
}
