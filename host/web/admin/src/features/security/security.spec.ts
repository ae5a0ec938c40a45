import { beforeAll, expect, it } from 'vitest'
import { i18n } from '../../i18n'
import { actionWords, detailWords } from './audit_words'
import { clientOf } from './user_agent'

beforeAll(() => void (i18n.global.locale.value = 'en'))

it('puts known actions in words and shows unknown ones as they come', () => {
  expect(actionWords('plugin.activate')).toBe('Switched the version')
  expect(actionWords('site.key_create')).toBe('Created a signing key')
  expect(actionWords('moon.launch')).toBe('moon.launch')
})

it('writes a detail on one line', () => {
  expect(detailWords({ version: '1.1.0', percent: 10, note: null, budgets: '{}' })).toBe('version 1.1.0 · share 10')
  expect(detailWords({ widget: { color: '#fff', title: 'x' }, allowed_origins: ['https://a', 'https://b'], active: false, role: 'agent' })).toBe('widget color, title · addresses https://a, https://b · account Off · role Agent')
  expect(detailWords({ strange: 1 })).toBe('strange 1')
  expect(detailWords({ stable: '1.1.0', was: '1.0.0' })).toBe('1.0.0 → 1.1.0')
  expect(detailWords({ stable: '1.0.0', was: '1.0.0', candidate: '1.1.0', percent: 10 })).toBe('1.0.0 · candidate 1.1.0 · share 10')
  expect(detailWords('as it is')).toBe('as it is')
  expect(detailWords(null)).toBe('')
})

it('calls browsers by their names', () => {
  expect(clientOf('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36')).toBe('Chrome · Windows')
  expect(clientOf('Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604')).toBe('Safari · iOS')
  expect(clientOf('curl/8.5.0')).toBe('curl/8.5.0')
  expect(clientOf('x'.repeat(60))).toHaveLength(40)
})
