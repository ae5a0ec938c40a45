import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { i18n } from '../../i18n'
import type { Article } from '../../plugin_types'
import { draftOf, excerpt, readDraft } from './article_form'
import ArticleForm from './ArticleForm.vue'
import SearchTest from './SearchTest.vue'

const server = vi.hoisted(() => ({ searchKnowledge: vi.fn() }))
vi.mock('../../rest', async (original) => ({ ...(await original<typeof import('../../rest')>()), rest: server }))
beforeEach(() => {
  i18n.global.locale.value = 'en'
  server.searchKnowledge.mockReset()
})
const global = { plugins: [i18n] }
const article: Article = { id: 'a', title: 'Returns', text: 'Within 7 days.', url: null, language: 'en', enabled: true, updated_at: '2026-01-01T00:00:00Z', updated_by: null }

describe('an article as it is typed', () => {
  it('needs a title and a text, and an address only of the web', () => {
    const draft = { title: ' ', text: '', url: 'javascript:alert(1)', language: 'en' }
    expect(readDraft(draft).faults).toEqual(['title', 'text', 'url'])
    expect(readDraft({ ...draft, title: 'a', text: 'b', url: ' https://shop.example/returns ' })).toEqual({ change: { title: 'a', text: 'b', url: 'https://shop.example/returns', language: 'en' }, faults: [] })
    expect(readDraft({ ...draft, title: 'a', text: 'b', url: '' }).change.url).toBeNull()
  })
  it('begins in the language of the page', () => {
    expect(draftOf(null, 'zh').language).toBe('zh')
    expect(draftOf(article, 'zh').language).toBe('en')
  })
  it('shows its first words without marks', () => {
    expect(excerpt('## Returns\n\n**Within** 7 days.')).toBe('Returns Within 7 days.')
  })
})

it('shows what the server objects to under the field', async () => {
  const save = vi.fn().mockResolvedValue({ status: 422, code: 'E_INVALID', title: '', detail: '', errors: [{ field: 'title', message: 'is taken' }] })
  const form = mount(ArticleForm, { props: { article, save }, global })
  await form.get('form').trigger('submit')
  await flushPromises()
  expect(save).toHaveBeenCalledTimes(1)
  expect(form.text()).toContain('is taken')
})

it('does not send what is not whole', async () => {
  const save = vi.fn()
  const form = mount(ArticleForm, { props: { article: null, save }, global })
  await form.get('form').trigger('submit')
  expect(save).not.toHaveBeenCalled()
  expect(form.findAll('.errmsg')).toHaveLength(2)
})

it('asks as a bot would and shows passages with their scores', async () => {
  server.searchKnowledge.mockResolvedValue([{ id: 'a', title: 'Returns', text: 'Within 7 days.', score: 4.5 }])
  const box = mount(SearchTest, { global })
  await box.get('[data-testid=test-question]').setValue('  send back ')
  await box.get('form').trigger('submit')
  await flushPromises()
  expect(server.searchKnowledge).toHaveBeenCalledWith('send back')
  expect(box.get('[data-testid=test-passage]').text()).toContain('4.50')
  await box.get('[data-testid=test-passage] button').trigger('click')
  expect(box.emitted('open')).toEqual([['a']])
})
