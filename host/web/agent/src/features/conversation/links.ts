// Splits a message into text and web addresses. Only http and https become links; everything else stays what it is.

export type Piece = { text: string; href: string | null };

const LINK = /https?:\/\/[^\s<>"'，。！？、；：（）《》【】“”‘’]+/giu;

export function pieces(message: string): Piece[] {
  const result: Piece[] = [];
  let at = 0;
  for (const match of message.matchAll(LINK)) {
    const raw = match[0].replace(/[.,;:!?)\]}]+$/u, '');
    if (!isWeb(raw)) continue;
    if (match.index > at) result.push({ text: message.slice(at, match.index), href: null });
    result.push({ text: raw, href: raw });
    at = match.index + raw.length;
  }
  if (at < message.length) result.push({ text: message.slice(at), href: null });
  return result;
}

function isWeb(address: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}
