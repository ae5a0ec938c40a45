import { expect, it } from 'vitest'
import type { JsonSchema } from '../../types'
import { fieldsOf, fromText, leavesOut, pathOf, sortErrors, toText } from './config_form'

const schema: JsonSchema = {
  type: 'object',
  required: ['words'],
  properties: { words: { type: 'array', items: { type: 'string' }, title: 'Words' }, mask: { type: 'string' }, limit: { type: ['integer', 'null'] }, strict: { type: 'boolean' }, mode: { type: 'string', enum: ['block', 'mask'] }, rules: { type: 'array', items: { type: 'object' } }, list: { type: 'array', items: { type: 'object', required: ['word'], properties: { word: { type: 'string' }, action: { enum: ['mask', 'refuse'] } } } } },
}
const fields = fieldsOf(schema, { words: ['a'], extra: { x: 1 } })
const field = (key: string): (typeof fields)[number] => fields.find((f) => f.key === key)!

it('draws one field for each property, and JSON for what the schema does not know', () => {
  expect(fields.map((f) => [f.key, f.kind])).toEqual([['words', 'lines'], ['mask', 'text'], ['limit', 'number'], ['strict', 'switch'], ['mode', 'choice'], ['rules', 'json'], ['list', 'rows'], ['extra', 'json']])
  expect(fieldsOf(null, {})).toEqual([])
})

it.each([
  ['words', ['a', 'b'], 'a\nb'],
  ['mask', '*', '*'],
  ['limit', 3, '3'],
  ['strict', true, 'true'],
  ['mode', 'mask', 'mask'],
  ['list', [{ word: 'x', action: 'mask' }, { word: 'y' }], '[{"word":"x","action":"mask"},{"word":"y","action":""}]'],
  ['rules', [{ a: 1 }], '[\n  {\n    "a": 1\n  }\n]'],
])('%s goes to text and back', (key, value, text) => {
  expect(toText(field(key), value)).toBe(text)
  expect(fromText(field(key), text)).toEqual({ ok: true, value })
})

it('leaves an empty optional value out and names what can not be read', () => {
  expect(fromText(field('limit'), ' ')).toEqual({ ok: true, value: undefined })
  expect(fromText(field('limit'), 'many')).toEqual({ ok: false, fault: 'number' })
  expect(fromText(field('rules'), '[{')).toEqual({ ok: false, fault: 'json' })
  expect(fromText(field('words'), ' a \n\n b ')).toEqual({ ok: true, value: ['a', 'b'] })
})

it('drops rows that were left empty and asks for what an entry needs', () => {
  expect(fromText(field('list'), '[{"word":"x","action":""},{"word":" ","action":""}]')).toEqual({ ok: true, value: [{ word: 'x' }] })
  expect(fromText(field('list'), '[{"word":"","action":"mask"}]')).toEqual({ ok: false, fault: 'required' })
})

it('edits a very long list as JSON', () => {
  const long = Array.from({ length: 201 }, (_, i) => ({ word: String(i) }))
  expect(fieldsOf(schema, { list: long }).find((f) => f.key === 'list')?.kind).toBe('json')
})

it('leaves what the plugin decides to the plugin: an unset switch is neither on nor off', () => {
  expect(toText(field('strict'), undefined)).toBe('')
  expect(fromText(field('strict'), '')).toEqual({ ok: true, value: undefined })
})

it('reads every spelling of a path', () => {
  expect(['/words/2', 'words[2]', 'config.words.2', 'words', '#/words/2'].map((p) => pathOf(p))).toEqual([['words', '2'], ['words', '2'], ['words', '2'], ['words'], ['words', '2']])
})

it('puts the server’s objections under their fields and the rest above', () => {
  const sorted = sortErrors([{ field: '/words/1', message: 'too long' }, { field: 'mask', message: 'one character' }, { field: '', message: 'does not fit' }], fields)
  expect(sorted.byKey).toEqual({ words: '#2: too long', mask: 'one character' })
  expect(sorted.general).toEqual([{ field: '', message: 'does not fit' }])
})

it('speaks the reader’s language where the schema does', () => {
  const words: JsonSchema = { properties: { mode: { type: 'string', enum: ['mask', 'refuse'], title: 'Mode', description: 'What to do.', 'x-i18n': { zh: { title: '做法', enum: { mask: '打星号' } } } }, list: { type: 'array', items: { properties: { word: { type: 'string', 'x-i18n': { zh: { title: '词' } } } } } } } }
  const [zh, rows] = fieldsOf(words, {}, 'zh')
  expect([zh!.title, zh!.help, zh!.words.mask, zh!.words.refuse]).toEqual(['做法', 'What to do.', '打星号', undefined])
  expect(rows!.columns[0]!.title).toBe('词')
  expect(fieldsOf(words, {}, 'en')[0]!.title).toBe('Mode')
})

it('writes no list that nobody set, and keeps an empty one that somebody did', () => {
  expect(leavesOut(field('rules'), [], {})).toBe(true)
  expect(leavesOut(field('rules'), [], { rules: [1] })).toBe(false)
  expect(leavesOut(field('words'), [], {})).toBe(false)
  expect(leavesOut(field('rules'), ['x'], {})).toBe(false)
})

it('gives long texts more than one line', () => {
  const long: JsonSchema = { properties: { prompt: { type: 'string', maxLength: 8000 }, note: { type: 'string', maxLength: 80 }, other: { type: 'string' } } }
  expect(fieldsOf(long, { other: 'a\nb' }).map((f) => f.kind)).toEqual(['long', 'text', 'long'])
})
