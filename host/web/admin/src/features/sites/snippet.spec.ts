import { mount } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { i18n } from '../../i18n'
import type { Site } from '../../types'
import { fallbackSnippet, lines, pieces } from './snippet'
import SnippetTab from './SnippetTab.vue'

const html = '<script>window.H=window.H||function(){(H.q=H.q||[]).push(arguments)}</script>\n<script async src="https://chat.example/widget.js" data-site="rc1"></script>'

describe('the pieces of a snippet', () => {
  it('are the snippet again when joined', () => {
    expect(lines(html).map((line) => line.map((p) => p.text).join('')).join('\n')).toBe(html)
  })
  it('colour tags, attributes and strings, and leave the script in peace', () => {
    expect(pieces('<script async src="x"></script>')).toEqual([
      { text: '<script', kind: 'tag' },
      { text: ' ', kind: 'plain' },
      { text: 'async', kind: 'attr' },
      { text: ' ', kind: 'plain' },
      { text: 'src', kind: 'attr' },
      { text: '=', kind: 'plain' },
      { text: '"x"', kind: 'string' },
      { text: '>', kind: 'tag' },
      { text: '</script', kind: 'tag' },
      { text: '>', kind: 'tag' },
    ])
    expect(pieces('a=b||[]')).toEqual([{ text: 'a=b||[]', kind: 'plain' }])
  })
  it('can be made from the code alone', () => {
    expect(fallbackSnippet('https://chat.example', 'rc1')).toBe('<script async src="https://chat.example/widget.js" data-site="rc1"></script>')
  })
})

describe('the snippet page', () => {
  beforeAll(() => void (i18n.global.locale.value = 'en'))
  afterEach(() => vi.unstubAllGlobals())
  const site = (more: Partial<Site> = {}): Site => ({ id: 's', site: 'rc1', name: 'Shop', active: true, allowed_origins: ['https://shop.example'], widget: {}, keys: [], snippet: html, last_ping: null, created_at: '', ...more })
  const view = (s: Site) => mount(SnippetTab, { props: { site: s }, global: { plugins: [i18n], stubs: { RouterLink: true } } })

  it('shows the snippet as text and copies exactly that', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined)
    vi.stubGlobal('navigator', { ...navigator, clipboard: { writeText } })
    const page = view(site())
    expect(page.get('[data-testid=snippet]').text()).toContain('data-site="rc1"')
    await page.get('[data-testid=copy-snippet]').trigger('click')
    await vi.waitFor(() => expect(page.get('[data-testid=copy-snippet]').text()).toBe('Copied'))
    expect(writeText).toHaveBeenCalledWith(html)
  })
  it('turns from waiting to seen when the ping arrives', async () => {
    const page = view(site())
    expect(page.get('[data-testid=live-check]').attributes('data-state')).toBe('waiting')
    expect(page.text()).toContain('Waiting for the first visit')
    await page.setProps({ site: site({ last_ping: { at: new Date(Date.now() - 3000).toISOString(), origin: 'https://shop.example', url: 'https://shop.example/a' } }) })
    expect(page.get('[data-testid=live-check]').attributes('data-state')).toBe('seen')
    expect(page.text()).toMatch(/Seen \d s ago from https:\/\/shop\.example\/a/)
  })
})
