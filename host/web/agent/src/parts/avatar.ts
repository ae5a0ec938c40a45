// Which letters and which tint stand for a person: the same ones everywhere, from the name and the id alone.

/** One character for Chinese names, two initials for Latin ones; empty where there is no name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter((w) => w !== '');
  const first = words[0];
  if (first === undefined) return '';
  const letter = [...first][0] ?? '';
  if (!/\p{Script=Latin}/u.test(letter)) return letter;
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? '')][0] ?? '') : '';
  return (letter + last).toUpperCase();
}

/** 1 to 6. */
export function tint(id: string): number {
  let hash = 2166136261;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 16777619);
  return ((hash >>> 0) % 6) + 1;
}

/** What tells apart visitors and chats without a name: a short tail of the id, the same everywhere. */
export function shortId(id: string): string {
  return id.replaceAll('-', '').slice(-4).toUpperCase();
}
