import { expect, it } from 'vitest'
import type { JsonSchema } from '../../types'
import { fieldsOf, fromText, pathOf, sortErrors, toText } from './config_form'

const schema: JsonSchema = {
  type: 'object',
  required: ['words'],
  properties: { words: { type: 'array', items: { type: 'string' }, title: 'Words' }, mask: { type: 'string' }, limit: { type: ['integer', 'null'] }, strict: { type: 'boolean' }, mode: { type: 'string', enum: ['block', 'mask'] }, rules: { type: 'array', items: { type: 'object' } } },
}
const fields = fieldsOf(schema, { words: ['a'], extra: { x: 1 } })
const field = (key: string): (typeof fields)[number] => fields.find((f) => f.key === key)!

it('draws one field for each property, and JSON for what the schema does not know', () => {
  expect(fields.map((f) => [f.key, f.kind])).toEqual([['words', 'lines'], ['mask', 'text'], ['limit', 'number'], ['strict', 'switch'], ['mode', 'choice'], ['rules', 'json'], ['extra', 'json']])
  expect(fieldsOf(null, {})).toEqual([])
})

it.each([
  ['words', ['a', 'b'], 'a\nb'],
  ['mask', '*', '*'],
  ['limit', 3, '3'],
  ['strict', true, 'true'],
  ['mode', 'mask', 'mask'],
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

it('reads every spelling of a path', () => {
  expect(['/words/2', 'words[2]', 'config.words.2', 'words', '#/words/2'].map((p) => pathOf(p.replace(/^#/, '')))).toEqual([['words', '2'], ['words', '2'], ['words', '2'], ['words'], ['words', '2']])
})

it('puts the server’s objections under their fields and the rest above', () => {
  const sorted = sortErrors([{ field: '/words/1', message: 'too long' }, { field: 'mask', message: 'one character' }, { field: '', message: 'does not fit' }], fields)
  expect(sorted.byKey).toEqual({ words: '#2: too long', mask: 'one character' })
  expect(sorted.general).toEqual([{ field: '', message: 'does not fit' }])
})
