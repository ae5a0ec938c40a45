import type { FieldError } from '../../rest'
import type { JsonSchema } from '../../types'

export type FieldKind = 'text' | 'number' | 'switch' | 'choice' | 'lines' | 'json'
export interface Field {
  key: string
  kind: FieldKind
  title: string
  help: string
  required: boolean
  choices: string[]
  schema: JsonSchema
}

const typeOf = (schema: JsonSchema): string => (Array.isArray(schema.type) ? (schema.type.find((x) => x !== 'null') ?? '') : (schema.type ?? ''))

function kindOf(schema: JsonSchema): FieldKind {
  if (schema.enum?.every((value) => typeof value === 'string')) return 'choice'
  switch (typeOf(schema)) {
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return 'number'
    case 'string':
      return 'text'
    case 'array':
      return schema.items && typeOf(schema.items) === 'string' ? 'lines' : 'json'
    default:
      return 'json'
  }
}

/** One field for each property of the schema; keys the configuration has beyond it are edited as JSON. */
export function fieldsOf(schema: JsonSchema | null, config: Record<string, unknown>): Field[] {
  const properties = schema?.properties ?? {}
  const named = Object.entries(properties).map(([key, property]): Field => ({ key, kind: kindOf(property), title: property.title ?? key, help: property.description ?? '', required: schema?.required?.includes(key) ?? false, choices: (property.enum ?? []).map(String), schema: property }))
  const rest = Object.keys(config).filter((key) => !(key in properties))
  return [...named, ...rest.map((key): Field => ({ key, kind: 'json', title: key, help: '', required: false, choices: [], schema: {} }))]
}

/** What an input shows for a value. */
export function toText(field: Field, value: unknown): string {
  if (value === undefined) return ''
  if (field.kind === 'lines') return Array.isArray(value) ? value.join('\n') : ''
  if (field.kind === 'json') return JSON.stringify(value, null, 2)
  return String(value)
}

export type Parsed = { ok: true; value: unknown } | { ok: false; fault: 'number' | 'json' | 'required' }

/** The value of what was typed; `undefined` leaves the key out. Limits beyond the type are the server's to check. */
export function fromText(field: Field, text: string): Parsed {
  if (text.trim() === '' && field.kind !== 'lines') return field.required && field.kind !== 'text' ? { ok: false, fault: 'required' } : { ok: true, value: field.kind === 'text' && field.required ? text : undefined }
  switch (field.kind) {
    case 'number': {
      const value = Number(text.trim())
      return Number.isFinite(value) ? { ok: true, value } : { ok: false, fault: 'number' }
    }
    case 'switch':
      return { ok: true, value: text === 'true' }
    case 'lines':
      return { ok: true, value: text.split('\n').map((line) => line.trim()).filter(Boolean) }
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

/** Splits "/words/2", "words[2].text" and "config.words.2" alike into their parts. */
export function pathOf(field: string): string[] {
  const parts = field
    .replace(/\[(\d+)\]/g, '/$1')
    .split(/[/.]/)
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
