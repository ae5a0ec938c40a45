import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
// As text: what is imported has been compiled to syntax trees.
const src = join(process.cwd(), 'src')
const read = (name: string): Record<string, string> => flatten(JSON.parse(readFileSync(join(src, 'locales', name), 'utf8')) as Tree)
interface Tree {
  [key: string]: string | Tree
}
const flatten = (tree: Tree, prefix = ''): Record<string, string> => Object.assign({}, ...Object.entries(tree).map(([key, value]) => (typeof value === 'string' ? { [prefix + key]: value } : flatten(value, `${prefix}${key}.`)))) as Record<string, string>
const files = (dir: string): string[] => readdirSync(dir).flatMap((name) => (statSync(join(dir, name)).isDirectory() ? files(join(dir, name)) : /\.(vue|ts)$/.test(name) && !/\.spec\.ts$/.test(name) ? [join(dir, name)] : []))

const en = read('en.json')
const zh = read('zh.json')
const placeholders = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!))].sort()

it('says everything in both languages, with the same values', () => {
  expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort())
  for (const [key, text] of Object.entries(en)) expect([key, placeholders(zh[key]!)]).toEqual([key, placeholders(text)])
})

it('has every key that the code names', () => {
  const missing: string[] = []
  for (const file of files(src)) {
    const text = readFileSync(file, 'utf8')
    for (const [, key] of text.matchAll(/(?:\$t|\bt|say)\(\s*'([\w.]+)'/g)) if (!(key! in en)) missing.push(`${file}: ${key}`)
    for (const [, key] of text.matchAll(/'((?:plugins|overview|people|sites|sign_in|verdict|security|live|nav|problem|time|account|keys|widget|steps)\.[\w.]+)'/g)) if (!(key! in en)) missing.push(`${file}: ${key}`)
    for (const [, key] of text.matchAll(/keypath="([\w.]+)"/g)) if (!(key! in en)) missing.push(`${file}: ${key}`)
  }
  expect(missing).toEqual([])
})

it('carries no style attribute, which the CSP of the page forbids', () => {
  for (const file of files(src)) expect([file, /\sstyle="/.test(readFileSync(file, 'utf8').replaceAll(':style="', ''))]).toEqual([file, false])
})
