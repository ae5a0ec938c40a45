import type { Article, ArticleChange } from '../../plugin_types'

export interface ArticleDraft {
  title: string
  text: string
  url: string
  language: string
}
export type ArticleFault = 'title' | 'text' | 'url'

export const mostTitle = 200
export const mostText = 100_000

export const draftOf = (article: Article | null, language: string): ArticleDraft => ({ title: article?.title ?? '', text: article?.text ?? '', url: article?.url ?? '', language: article?.language ?? language })

/** What would be sent, or what is wrong with it. An address is http(s): visitors may be led there. */
export function readDraft(draft: ArticleDraft): { change: ArticleChange; faults: ArticleFault[] } {
  const faults: ArticleFault[] = []
  const title = draft.title.trim()
  const url = draft.url.trim()
  if (!title || title.length > mostTitle) faults.push('title')
  if (!draft.text.trim() || draft.text.length > mostText) faults.push('text')
  if (url && !isWebAddress(url)) faults.push('url')
  return { change: { title, text: draft.text.trim(), url: url || null, language: draft.language }, faults }
}
function isWebAddress(text: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol)
  } catch {
    return false
  }
}

/** The first words of a text on one line, without the marks of Markdown. */
export const excerpt = (text: string): string => text.replace(/[#*`>_~]+/g, '').replace(/\s+/g, ' ').trim().slice(0, 160)
