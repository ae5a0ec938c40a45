import { mount } from '@vue/test-utils'
import { ProblemError } from '@hotdesk/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent } from 'vue'
import { i18n } from '../i18n'
import { hasLogin, toProblem, type Problem } from '../rest'
import { safeNext } from '../router'
import { ago, initials, micros, percent, span } from './format'
import { usePaged, type Paged } from './paged'
import { pauseAfter, usePoll, type Loaded } from './poll'
import { fieldMessage, why } from './problem_words'
import { sparkPath } from './spark'

beforeEach(() => void (i18n.global.locale.value = 'en'))
const problem = (status: number, code = 'E_X', more: Partial<Problem> = {}): Problem => ({ status, code, title: '', detail: '', errors: [], ...more })

function inComponent<T>(setup: () => T): { result: T; unmount: () => void } {
  let result!: T
  const view = mount(defineComponent({ setup: () => ((result = setup()), () => null) }))
  return { result, unmount: () => view.unmount() }
}
const flush = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0))

describe('polling', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => {
    vi.useRealTimers()
    Object.defineProperty(document, 'hidden', { value: false, configurable: true })
  })
  const hide = (hidden: boolean): void => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }

  it('asks at once, then at its pace, and stops with its component', async () => {
    const load = vi.fn().mockResolvedValue(1)
    const { unmount } = inComponent(() => usePoll(load, 1000))
    await vi.advanceTimersByTimeAsync(2500)
    expect(load).toHaveBeenCalledTimes(3)
    unmount()
    await vi.advanceTimersByTimeAsync(5000)
    expect(load).toHaveBeenCalledTimes(3)
  })
  it('asks nothing while the page is hidden and at once when it is back', async () => {
    const load = vi.fn().mockResolvedValue(1)
    inComponent(() => usePoll(load, 1000))
    await flush()
    hide(true)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(load).toHaveBeenCalledTimes(1)
    hide(false)
    await flush()
    expect(load).toHaveBeenCalledTimes(2)
  })
  it('keeps the last data through a failure, asks more slowly, and forgets the failure', async () => {
    const load = vi.fn().mockResolvedValueOnce('first').mockRejectedValueOnce(new ProblemError(problem(503))).mockResolvedValue('later')
    const { result } = inComponent<Loaded<string>>(() => usePoll(load, 1000))
    await vi.advanceTimersByTimeAsync(1000)
    expect(result.data.value).toBe('first')
    expect(result.problem.value?.status).toBe(503)
    await vi.advanceTimersByTimeAsync(1900)
    expect(load).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(200)
    expect(result.data.value).toBe('later')
    expect(result.problem.value).toBeNull()
  })
  it('lets a newer answer win over an older one that comes late', async () => {
    const answers: ((value: string) => void)[] = []
    const { result } = inComponent<Loaded<string>>(() => usePoll(() => new Promise<string>((resolve) => answers.push(resolve))))
    void result.refresh()
    answers[1]!('new')
    await flush()
    answers[0]!('old')
    await flush()
    expect(result.data.value).toBe('new')
  })
  it('shows a skeleton after 200 ms and not before', async () => {
    const { result } = inComponent<Loaded<never>>(() => usePoll(() => new Promise<never>(() => {})))
    await vi.advanceTimersByTimeAsync(199)
    expect(result.slow.value).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(result.slow.value).toBe(true)
  })
  it('waits longer with every failure, 15 s at most', () => {
    expect([0, 1, 2, 3, 9].map((n) => pauseAfter(1000, n))).toEqual([1000, 2000, 4000, 8000, 15_000])
    expect(pauseAfter(30_000, 3)).toBe(30_000)
  })
})

it('reads a list page by page', async () => {
  const load = vi.fn(async (cursor: string | null) => (cursor === null ? { data: [1, 2], meta: { next_cursor: 'c', has_more: true } } : { data: [3], meta: { next_cursor: null, has_more: false } }))
  const { result } = inComponent<Paged<number>>(() => usePaged(load))
  await vi.waitFor(() => expect(result.rows.value).toEqual([1, 2]))
  expect(result.hasMore.value).toBe(true)
  await result.more()
  expect(result.rows.value).toEqual([1, 2, 3])
  expect(result.hasMore.value).toBe(false)
  await result.more()
  expect(load).toHaveBeenCalledTimes(2)
})

it('says what happened, never a bare code', () => {
  expect(why(problem(0, 'E_NETWORK'))).toContain("can't be reached")
  expect(why(problem(403))).toContain('may not')
  expect(why(problem(429, 'E_RATE', { retryAfter: 3 }))).toContain('3 s')
  expect(why(problem(409, 'E_STATE', { detail: 'there is no candidate' }))).toBe('there is no candidate')
  for (const status of [400, 401, 403, 404, 409, 422, 429, 500, 503]) expect(why(problem(status))).not.toMatch(/E_|problem\./)
  expect(toProblem(new TypeError('x'))).toMatchObject({ code: 'E_CLIENT', detail: 'x' })
})

it('finds the message of a field by name or path', () => {
  const p = problem(422, 'E_INVALID', { errors: [{ field: '/allowed_origins/1', message: 'no origin' }, { field: 'widget.color', message: 'no colour' }] })
  expect(fieldMessage(p, 'allowed_origins')).toBe('no origin')
  expect(fieldMessage(p, 'widget.color')).toBe('no colour')
  expect(fieldMessage(p, 'name')).toBeNull()
  expect(fieldMessage(null, 'name')).toBeNull()
})

it('formats figures for people', () => {
  expect([null, 0.4, 39, 4200, 1_800_000].map(micros)).toEqual(['–', '0.4 µs', '39 µs', '4.2 ms', '1.8 s'])
  expect([0, 0.0002, 0.099, 0.996, 1].map(percent)).toEqual(['0%', '0.02%', '9.90%', '99.6%', '100%'])
  expect([0, 5, 65, 3600, 90_061].map(span)).toEqual(['0 s', '5 s', '1 min 5 s', '1 h', '1 d 1 h'])
  const now = Date.now()
  expect([-5, 1, 3, 65, 7300].map((s) => ago(new Date(now - s * 1000).toISOString(), now))).toEqual(['just now', 'just now', '3 s ago', '1 min ago', '2 h ago'])
  expect(['林晓', 'Maya Ortiz', 'admin', ''].map(initials)).toEqual(['林', 'MO', 'A', '?'])
})

it('draws lines that stay inside', () => {
  expect(sparkPath([1], 10, 10)).toBe('')
  expect(sparkPath([5, 5], 10, 10)).toBe('M0 5L10 5')
  expect(sparkPath([0, 10], 10, 10, 10)).toBe('M0 8.5L10 1.5')
})

it('knows a log-in by its readable cookie', () => {
  expect(hasLogin('a=b; __Host-hotdesk-csrf=x')).toBe(true)
  expect(hasLogin('')).toBe(false)
})

it('leads back inside the panel only', () => {
  expect(['/sites/1', '//evil.example', '/\\evil.example', 'https://evil.example', '/sign-in', undefined, ['/x']].map(safeNext)).toEqual(['/sites/1', '/', '/', '/', '/', '/', '/'])
})
