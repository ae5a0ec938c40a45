import { expect, it } from 'vitest'
import type { Person } from '../../types'
import { checkNewPassword } from '../account/password_rule'
import { filterPeople, usernameOk } from './use_people'

const person = (username: string, more: Partial<Person> = {}): Person => ({ id: username, username, name: username, role: 'agent', active: true, capacity: 5, state: 'offline', created_at: '', last_login_at: null, ...more })

it('finds people by name, role and whether they may sign in', () => {
  const all = [person('lin', { name: '林晓' }), person('maya', { role: 'admin' }), person('anna', { active: false })]
  const found = (search: string, role = '', active = ''): string[] => filterPeople(all, search, role, active).map((p) => p.username)
  expect(found('林')).toEqual(['lin'])
  expect(found(' MAY ')).toEqual(['maya'])
  expect(found('', 'agent')).toEqual(['lin', 'anna'])
  expect(found('', 'agent', 'yes')).toEqual(['lin'])
  expect(found('', '', 'no')).toEqual(['anna'])
})

it.each([['lin.xiao', true], ['Lin-2', true], ['a@b.example', true], ['ab', false], ['.lin', false], ['lin xiao', false], ['林晓晓', false], ['a'.repeat(65), false]])('the user name %s: %s', (name, ok) => {
  expect(usernameOk(name)).toBe(ok)
})

it.each([
  ['short', 'short', 'old', 'too_short'],
  ['x'.repeat(129), 'x'.repeat(129), 'old', 'too_long'],
  ['long enough it is', 'long enough it is', 'long enough it is', 'same_as_old'],
  ['long enough it is', 'something else here', 'old', 'not_equal'],
  ['十个汉字也算十个字符', '十个汉字也算十个字符', 'old', null],
])('a new password %s, %s: %s', (fresh, again, old, fault) => {
  expect(checkNewPassword(fresh, again, old)).toBe(fault)
})
