import type { FieldError } from '../../rest'
import type { JsonSchema } from '../../types'

export type FieldKind = 'text' | 'long' | 'number' | 'switch' | 'choice' | 'lines' | 'rows' | 'json'
export interface Field {
  key: string
  kind: FieldKind
  title: string
  help: string
  required: boolean
  choices: string[]
  /** What the reader sees instead of a choice's value. */
  words: Record<string, string>
  /** Of `rows`: one field for each property of an entry. */
  columns: Field[]
}

/** More entries than this are edited as JSON: a thousand input fields help nobody. */
const mostRows = 200

/** What may be longer than this is written in more than one line. */
const longText = 500

const typeOf = (schema: JsonSchema): string => (Array.isArray(schema.type) ? (schema.type.find((x) => x !== 'null') ?? '') : (schema.type ?? ''))

function kindOf(schema: JsonSchema, value: unknown): FieldKind {
  if (schema.enum?.every((choice) => typeof choice === 'string')) return 'choice'
  switch (typeOf(schema)) {
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
      return (schema.maxLength ?? 0) > longText || (typeof value === 'string' && value.includes('\n')) ? 'long' : 'text'
    case 'array':
      if (schema.items && typeOf(schema.items) === 'string') return 'lines'
      return hasPlainEntries(schema) && (value === undefined || (Array.isArray(value) && value.length <= mostRows)) ? 'rows' : 'json'
    default:
      return 'json'
  }
}

/** Entries that are objects of plain values fit into a table. */
function hasPlainEntries(schema: JsonSchema): boolean {
  const properties = Object.values(schema.items?.properties ?? {})
  return properties.length > 0 && properties.length <= 4 && properties.every((p) => ['text', 'number', 'switch', 'choice'].includes(kindOf(p, undefined)))
}

function fieldOf(key: string, schema: JsonSchema, required: boolean, value: unknown, locale: string): Field {
  const kind = kindOf(schema, value)
  const own = schema['x-i18n']?.[locale]
  return {
    key,
    kind,
    title: own?.title ?? schema.title ?? key,
    help: own?.description ?? schema.description ?? '',
    required,
    choices: (schema.enum ?? []).map(String),
    words: own?.enum ?? schema['x-i18n']?.en?.enum ?? {},
    columns: kind === 'rows' ? fieldsOf(schema.items ?? null, {}, locale) : [],
  }
}

/** One field for each property of the schema, in the reader's language where the schema speaks it (`x-i18n`); keys the configuration has beyond it are edited as JSON. */
export function fieldsOf(schema: JsonSchema | null, config: Record<string, unknown>, locale = 'en'): Field[] {
  const properties = schema?.properties ?? {}
  const named = Object.entries(properties).map(([key, property]) => fieldOf(key, property, schema?.required?.includes(key) ?? false, config[key], locale))
  const unnamed = Object.keys(config).filter((key) => !(key in properties))
  // The wire sorts keys by name; what must be there comes first, as a person would write it.
  named.sort((a, b) => Number(b.required) - Number(a.required))
  return [...named, ...unnamed.map((key) => fieldOf(key, {}, false, config[key], locale))]
}

export type Row = Record<string, string>

/** What an input shows for a value; of `rows` the entries as JSON of texts. Empty means: the plugin's default. */
export function toText(field: Field, value: unknown): string {
  if (field.kind === 'rows') return JSON.stringify(Array.isArray(value) ? value.map((entry) => rowOf(field, entry)) : [])
  if (value === undefined) return ''
  if (field.kind === 'lines') return Array.isArray(value) ? value.join('\n') : ''
  if (field.kind === 'json') return JSON.stringify(value, null, 2)
  return String(value)
}
const rowOf = (field: Field, entry: unknown): Row => Object.fromEntries(field.columns.map((column) => [column.key, toText(column, (entry as Record<string, unknown> | null)?.[column.key])]))
export const rowsOf = (text: string): Row[] => JSON.parse(text || '[]') as Row[]

export type Parsed = { ok: true; value: unknown } | { ok: false; fault: 'number' | 'json' | 'required' }

/** The value of what was typed; `undefined` leaves the key out. Limits beyond the type are the server's to check. */
export function fromText(field: Field, text: string): Parsed {
  if (field.kind === 'rows') return fromRows(field, text)
  if (field.kind === 'lines') return { ok: true, value: text.split('\n').map((line) => line.trim()).filter(Boolean) }
  if (text.trim() === '') return field.required ? { ok: false, fault: 'required' } : { ok: true, value: undefined }
  switch (field.kind) {
    case 'number': {
      const value = Number(text.trim())
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, fault: 'number' }
    }
    case 'switch':
      return { ok: true, value: text === 'true' }
    case 'json':
      try {
        return { ok: true, value: JSON.parse(text) as unknown }
      } catch {
        return { ok: false, fault: 'json' }
      }
    default:
      return { ok: true, value: text }
  }
}

/** An optional list that nobody set and nobody filled: like every other unset value it is the plugin's to decide. */
export const leavesOut = (field: Field, value: unknown, config: Record<string, unknown>): boolean => value === undefined || (Array.isArray(value) && value.length === 0 && !field.required && !(field.key in config))

/** Entries without a single value are rows that somebody added and left. */
function fromRows(field: Field, text: string): Parsed {
  const value: Record<string, unknown>[] = []
  for (const row of rowsOf(text)) {
    if (field.columns.every((column) => !(row[column.key] ?? '').trim())) continue
    const entry: Record<string, unknown> = {}
    for (const column of field.columns) {
      const parsed = fromText(column, row[column.key] ?? '')
      if (!parsed.ok) return parsed
      if (parsed.value !== undefined) entry[column.key] = parsed.value
    }
    value.push(entry)
  }
  return { ok: true, value }
}

/** Splits "/words/2", "words[2].text" and "config.words.2" alike into their parts. */
export function pathOf(field: string): string[] {
  const parts = field
    .replace(/\[(\d+)\]/g, '/$1')
    .split(/[#/.]/)
    .filter(Boolean)
  return parts[0] === 'config' && parts.length > 1 ? parts.slice(1) : parts
}

/** The server's objections sorted under the fields they are about; the rest belongs above the form. */
export function sortErrors(errors: readonly FieldError[], fields: readonly Field[]): { byKey: Record<string, string>; general: FieldError[] } {
  const byKey: Record<string, string> = {}
  const general: FieldError[] = []
  for (const error of errors) {
    const [key, ...deeper] = pathOf(error.field)
    if (key !== undefined && fields.some((field) => field.key === key)) {
      const where = deeper.length ? `${deeper.map((part) => (/^\d+$/.test(part) ? `#${Number(part) + 1}` : part)).join(' ')}: ` : ''
      byKey[key] = byKey[key] ? `${byKey[key]} · ${where}${error.message}` : `${where}${error.message}`
    } else general.push(error)
  }
  return { byKey, general }
}
