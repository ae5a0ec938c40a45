import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { rest, toProblem, type Problem } from '../../rest'
import type { Article, ArticleChange } from '../../plugin_types'
import { confirm } from '../../shared/confirm'
import { usePaged } from '../../shared/paged'
import { why } from '../../shared/problem_words'
import { toast } from '../../shared/toasts'
import { queryText, setQuery } from '../../shared/url_state'

/** Articles that bots answer from: a list the server searches, and every act on it. */
export function useKnowledge() {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const search = computed(() => queryText(route.query.q))
  const list = usePaged<Article>((cursor) => rest.articles({ limit: 50, cursor, q: search.value.trim() || null }))

  // While somebody types, the server is asked once they pause.
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(search, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void list.reload(), 250)
  })
  onScopeDispose(() => clearTimeout(timer))

  const creating = computed(() => route.query.create === '1')
  const editing = shallowRef<Article | null>(null)
  const busyId = ref<string | null>(null)
  const close = (): void => {
    editing.value = null
    if (creating.value) setQuery(router, { create: null })
  }
  const put = (article: Article): void => {
    const rows = list.rows.value ?? []
    list.rows.value = rows.some((a) => a.id === article.id) ? rows.map((a) => (a.id === article.id ? article : a)) : [article, ...rows]
  }

  /** The list may carry shortened texts: what is edited is read whole first. */
  async function edit(article: Article): Promise<void> {
    busyId.value = article.id
    try {
      editing.value = await rest.article(article.id)
    } catch (error) {
      toast(`${t('knowledge.not_opened', { title: article.title })} ${why(toProblem(error))}`, { bad: true })
    }
    busyId.value = null
  }
  async function save(change: ArticleChange): Promise<Problem | null> {
    try {
      const saved = editing.value ? await rest.updateArticle(editing.value.id, change) : await rest.createArticle(change)
      put(saved)
      toast(t('knowledge.saved', { title: saved.title }))
      close()
      return null
    } catch (error) {
      return toProblem(error)
    }
  }
  async function setEnabled(article: Article, enabled: boolean): Promise<void> {
    if (busyId.value !== null) return
    busyId.value = article.id
    try {
      put(await rest.updateArticle(article.id, { enabled }))
      toast(t(enabled ? 'knowledge.enabled_done' : 'knowledge.disabled_done', { title: article.title }))
    } catch (error) {
      toast(`${t('knowledge.not_changed', { title: article.title })} ${why(toProblem(error))}`, { bad: true })
    }
    busyId.value = null
  }
  async function remove(article: Article): Promise<void> {
    if (!(await confirm({ title: t('knowledge.delete_title', { title: article.title }), text: [t('knowledge.delete_text')], action: t('knowledge.delete'), danger: true, type: article.title.trim() }))) return
    try {
      await rest.deleteArticle(article.id)
      list.rows.value = (list.rows.value ?? []).filter((a) => a.id !== article.id)
      close()
      toast(t('knowledge.deleted', { title: article.title }))
    } catch (error) {
      toast(`${t('knowledge.not_deleted', { title: article.title })} ${why(toProblem(error))}`, { bad: true })
    }
  }
  const setFilter = (change: Record<string, string | null>): void => setQuery(router, change)
  return { list, search, creating, editing, busyId, edit, save, setEnabled, remove, close, setFilter }
}
