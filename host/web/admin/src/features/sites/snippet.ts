/** A piece of the snippet with the colour it is shown in; joined, the pieces are the snippet again. */
export interface Piece {
  text: string
  kind: 'tag' | 'attr' | 'string' | 'plain'
}

/** Cuts HTML into tags, attributes, strings and the rest: enough to read a snippet by, not a parser. */
export function pieces(html: string): Piece[] {
  const out: Piece[] = []
  const pattern = /(<\/?[a-z][a-z0-9-]*|\/?>)|("[^"\n]*"|'[^'\n]*')|([a-z_][a-z0-9_-]*)(?==|\s+(?:[a-z-]+=)|>)/gi
  let at = 0
  for (const match of html.matchAll(pattern)) {
    if (match.index > at) out.push({ text: html.slice(at, match.index), kind: 'plain' })
    out.push({ text: match[0], kind: match[1] ? 'tag' : match[2] ? 'string' : 'attr' })
    at = match.index + match[0].length
  }
  if (at < html.length) out.push({ text: html.slice(at), kind: 'plain' })
  return out
}

/** Lines of pieces, for the numbers beside them. */
export function lines(html: string): Piece[][] {
  return html.split('\n').map((line) => pieces(line))
}

/** What the server would hand out, for a server that sends no text: the loader's address and the site's code. */
export const fallbackSnippet = (origin: string, site: string): string => `<script async src="${origin}/widget.js" data-site="${site}"></script>`
