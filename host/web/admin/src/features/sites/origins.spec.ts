import { expect, it } from 'vitest'
import { contrast } from './contrast'
import { parseOrigins, toOrigin } from './origins'
import { cleaned, complete, same } from './widget_form'

it.each([
  ['https://Shop.Example/', 'https://shop.example'],
  ['shop.example', 'https://shop.example'],
  ['http://localhost:8080/a?b', 'http://localhost:8080'],
  ['https://shop.example:443', 'https://shop.example'],
  ['ftp://shop.example', null],
  ['javascript:alert(1)', null],
  ['https://', null],
  ['user:pw@shop.example', null],
  ['two words', null],
])('%s is %s', (text, origin) => {
  expect(toOrigin(text)).toBe(origin)
})

it('reads a list, drops repeats and gives back what is no address', () => {
  expect(parseOrigins('shop.example\n\nhttps://shop.example/x, ftp://no\n')).toEqual({ origins: ['https://shop.example'], bad: ['ftp://no'] })
})

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 1)
  expect(contrast('#ffff00', '#ffffff')!).toBeLessThan(1.2)
  expect(contrast('blue', '#ffffff')).toBeNull()
})

it('completes old settings and ignores blanks when comparing', () => {
  const widget = complete({ title: 'Shop' })
  expect(widget).toMatchObject({ title: 'Shop', position: 'right', locale: 'auto', quick: [] })
  expect(same(widget, { ...widget, title: ' Shop ', quick: ['', '  '] })).toBe(true)
  expect(cleaned({ ...widget, quick: [' a ', ''] }).quick).toEqual(['a'])
})
