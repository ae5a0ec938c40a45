/** One check of the validator's report. */
export interface Check {
  name: string
  ok: boolean
  text: string
}

type Plain = Record<string, unknown>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')

function passed(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return /^(ok|pass|passed|yes|skip|skipped|good)$/i.test(value) ? true : /^(fail|failed|bad|error|no|refused)$/i.test(value) ? false : null
  if (!isPlain(value)) return null
  for (const key of ['ok', 'passed', 'pass', 'good', 'result', 'status', 'verdict']) {
    const found = passed(value[key])
    if (found !== null) return found
  }
  return null
}

/** The checks of a report, whether it lists them or names them; what is no check is left out. */
export function readReport(report: unknown): Check[] {
  if (!isPlain(report)) return []
  const list = ['checks', 'tests', 'results', 'rows'].map((key) => report[key]).find((value) => Array.isArray(value) || isPlain(value)) ?? report
  const entries: [string, unknown][] = Array.isArray(list) ? list.map((item, i) => [isPlain(item) ? text(item.name) || text(item.id) || text(item.check) || String(i + 1) : String(i + 1), item]) : Object.entries(list as Plain)
  return entries.flatMap(([name, value]) => {
    const ok = passed(value)
    return ok === null ? [] : [{ name, ok, text: isPlain(value) ? text(value.detail) || text(value.message) || text(value.reason) || text(value.text) || text(value.note) : '' }]
  })
}
