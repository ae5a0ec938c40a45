import { expect, it } from 'vitest'
import { keyIdOf, readKey, readPrefixes } from './trust_form'

const bytes = Array.from({ length: 32 }, (_, i) => (i * 37 + 251) % 256)
const base64 = btoa(String.fromCharCode(...bytes))
const key = base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
const der = btoa(String.fromCharCode(...Array.from({ length: 12 }, () => 1), ...bytes))

it.each([
  ['as keygen prints it', key],
  ['base64', base64],
  ['hex', bytes.map((b) => b.toString(16).padStart(2, '0')).join('')],
  ['PEM', `-----BEGIN PUBLIC KEY-----\n${der.slice(0, 30)}\n${der.slice(30)}\n-----END PUBLIC KEY-----\n`],
  ['with its name before it', `public_key: ${key}`],
  ['broken over lines', `# vendor key\n${key.slice(0, 20)}\n${key.slice(20)}\n`],
])('reads a key %s', (_, text) => {
  expect(readKey(text)).toEqual({ ok: true, key, name: '' })
})

it('reads the file that keygen wrote, and never a private one', () => {
  expect(readKey(JSON.stringify({ format: 1, name: 'Yunfan', key_id: 'x', public_key: key }))).toEqual({ ok: true, key, name: 'Yunfan' })
  for (const secret of [JSON.stringify({ public_key: key, seed: key }), JSON.stringify({ public_key: key, sealed_seed: 'x' }), '-----BEGIN PRIVATE KEY-----\nabc']) expect(readKey(secret)).toEqual({ ok: false, fault: 'private' })
})

it.each([['too short', btoa('x'.repeat(16))], ['too long', btoa('x'.repeat(64))], ['words', 'my secret key'], ['nothing', '  '], ['half a file', '{"public_key":']])('refuses %s', (_, text) => {
  expect(readKey(text)).toEqual({ ok: false, fault: 'key' })
})

it('knows the id of a key', async () => {
  // SHA-256 of 32 zero bytes begins so.
  expect(await keyIdOf('A'.repeat(43))).toBe('66687aadf862bd77')
})

it('reads prefixes one a line, names the wrong ones and doubts the narrow ones', () => {
  expect(readPrefixes('cn.yunfan.*\nCom.Example.\n\ncn.yunfan.*, cn.yunfan.orders', 'vendor')).toEqual({ prefixes: ['cn.yunfan.*', 'com.example.*', 'cn.yunfan.orders'], wrong: [], narrow: [] })
  expect(readPrefixes('cn yunfan, .x, *', 'vendor').wrong).toEqual(['cn yunfan', '.x', '*'])
  expect(readPrefixes('*', 'dev').wrong).toEqual([])
  expect(readPrefixes('cn.yunfan', 'vendor').narrow).toEqual(['cn.yunfan'])
})
