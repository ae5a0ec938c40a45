import { expect, it } from 'vitest'
import { cleanKey, looksLikeKey, readPrefixes } from './trust_form'

const raw = btoa('x'.repeat(32))

it.each([
  ['hex', 'ab'.repeat(32), true],
  ['base64', raw, true],
  ['base64 without padding', raw.replace(/=+$/, ''), true],
  ['PEM', `-----BEGIN PUBLIC KEY-----\n${btoa('y'.repeat(44))}\n-----END PUBLIC KEY-----\n`, true],
  ['with its name before it', `public_key: ${raw}`, true],
  ['too short', btoa('x'.repeat(16)), false],
  ['a private key of 64 bytes', btoa('x'.repeat(64)), false],
  ['words', 'my secret key', false],
  ['nothing', '  ', false],
])('%s', (_, text, ok) => {
  expect(looksLikeKey(text)).toBe(ok)
})

it('unwraps what was pasted', () => {
  expect(cleanKey(`# vendor key\n${raw.slice(0, 20)}\n${raw.slice(20)}\n`)).toBe(raw)
})

it('reads prefixes one a line and names the wrong ones', () => {
  expect(readPrefixes('cn.yunfan.*\nCom.Example.\n\ncn.yunfan')).toEqual({ prefixes: ['cn.yunfan', 'com.example'], wrong: [] })
  expect(readPrefixes('cn yunfan, .x').wrong).toEqual(['cn yunfan', '.x'])
})
