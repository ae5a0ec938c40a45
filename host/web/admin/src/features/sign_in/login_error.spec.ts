import { beforeAll, describe, expect, it } from 'vitest'
import { i18n } from '../../i18n'
import type { Problem } from '../../rest'
import { mustWait, troubleOf, words } from './login_error'

beforeAll(() => void (i18n.global.locale.value = 'en'))
const now = Date.parse('2026-11-24T12:00:00Z')
const problem = (status: number, code: string, more: Partial<Problem> = {}): Problem => ({ status, code, title: '', detail: '', errors: [], ...more })
const said = (p: Problem, at = now): string => {
  const { title, text } = words(troubleOf(p, now), at)
  return `${title} ${text}`
}

describe('a refused log-in in the user’s words', () => {
  it.each([
    ['tries left', problem(401, 'E_LOGIN', { triesLeft: 3 }), 'Wrong user name or password. 3 tries left, then'],
    ['one left', problem(401, 'E_LOGIN', { triesLeft: 1 }), 'Wrong user name or password. 1 try left, then'],
    ['none left', problem(401, 'E_LOGIN', { triesLeft: 0 }), 'Wrong user name or password. This account is now locked'],
    ['a count that was not told', problem(401, 'E_LOGIN'), 'Wrong user name or password. Forgot it?'],
    ['too fast', problem(429, 'E_RATE', { retryAfter: 3 }), 'Too many tries at once. Try again in 3 s.'],
    ['no server', problem(0, 'E_NETWORK'), "You are not signed in. The server can't be reached."],
    ['a broken server', problem(503, 'E_STORAGE'), "You are not signed in. The server couldn't finish this request."],
  ])('%s', (_, p, text) => {
    expect(said(p)).toContain(text)
    expect(said(p)).not.toMatch(/E_|sign_in\./)
  })
})

describe('a locked account', () => {
  const locked = problem(429, 'E_LOCKED', { retryAfter: 900 })
  it('says until when, and counts down', () => {
    expect(said(locked)).toMatch(/^Locked until \d\d:15\. .*Try again in 15 min\./)
    expect(said(locked, now + 14 * 60_000 + 30_000)).toContain('Try again in 30 s.')
  })
  it('blocks the button until then and invites afterwards', () => {
    const trouble = troubleOf(locked, now)
    expect(mustWait(trouble, now)).toBe(true)
    expect(mustWait(trouble, now + 900_000)).toBe(false)
    expect(words(trouble, now + 900_000).title).toBe('You can try again now.')
  })
  it('never blocks for a wrong password', () => {
    expect(mustWait(troubleOf(problem(401, 'E_LOGIN', { triesLeft: 0 }), now), now)).toBe(false)
    expect(mustWait(null, now)).toBe(false)
  })
})

it('speaks Chinese as well', () => {
  i18n.global.locale.value = 'zh'
  expect(said(problem(401, 'E_LOGIN', { triesLeft: 3 }))).toBe('用户名或密码不对。 还可以试 3 次，之后这个账号会暂时锁定。忘了密码请找管理员重置。')
  expect(said(problem(429, 'E_LOCKED', { retryAfter: 61 }))).toContain('1 分钟 1 秒后可以再试')
  i18n.global.locale.value = 'en'
})
