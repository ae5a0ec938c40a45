/** A piece of the snippet with the colour it is shown in; joined, the pieces are the snippet again. */
export interface Piece {
  text: string
  kind: 'tag' | 'attr' | 'string' | 'plain'
}

/** Cuts one line of HTML into tags, attributes, strings and the rest: enough to read a snippet by, not a parser. */
export function pieces(html: string): Piece[] {
  const out: Piece[] = []
  const put = (text: string, kind: Piece['kind']): void => void (text && out.push({ text, kind }))
  let at = 0
  for (const tag of html.matchAll(/<\/?[a-z][^>]*>?/gi)) {
    put(html.slice(at, tag.index), 'plain')
    insideTag(tag[0], put)
    at = tag.index + tag[0].length
  }
  put(html.slice(at), 'plain')
  return out
}

function insideTag(tag: string, put: (text: string, kind: Piece['kind']) => void): void {
  let at = 0
  for (const match of tag.matchAll(/(^<\/?[a-z][a-z0-9-]*|>$)|("[^"]*"|'[^']*')|([a-z_][a-z0-9_-]*)/gi)) {
    put(tag.slice(at, match.index), 'plain')
    put(match[0], match[1] ? 'tag' : match[2] ? 'string' : 'attr')
    at = match.index + match[0].length
  }
  put(tag.slice(at), 'plain')
}

/** Lines of pieces, for the numbers beside them. */
export const lines = (html: string): Piece[][] => html.split('\n').map(pieces)

/** What the server would hand out, for a server that sends no text: the loader's address and the site's code. */
export const fallbackSnippet = (origin: string, site: string): string => `<script async src="${origin}/widget.js" data-site="${site}"></script>`
