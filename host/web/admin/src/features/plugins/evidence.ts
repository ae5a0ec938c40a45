import { i18n, t } from '../../i18n'
import { count, micros, percent } from '../../shared/format'

const knows = i18n.global.te as (key: string) => boolean

/** One figure of the comparison that decided; `share` puts both on one scale, null where there is nothing to draw. */
export interface EvidenceRow {
  key: string
  label: string
  stable: string
  candidate: string
  bars: [number, number] | null
}
export interface EvidenceView {
  rows: EvidenceRow[]
  /** What isn't a pair: a crash line, a count. */
  facts: { label: string; text: string }[]
}

type Plain = Record<string, unknown>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Figures in the order in which people look for the reason; the rest follows by name. */
const order = ['error_share', 'errors', 'p99_us', 'p50_us', 'refused', 'rewritten', 'crashes', 'timeouts', 'calls']

/** Reads whatever the breaker kept: pairs under `stable` and `candidate`, single facts beside them. */
export function readEvidence(evidence: unknown): EvidenceView {
  if (!isPlain(evidence)) return { rows: [], facts: [] }
  const stable = isPlain(evidence.stable) ? evidence.stable : {}
  const candidate = isPlain(evidence.candidate) ? evidence.candidate : {}
  const keys = [...new Set([...Object.keys(candidate), ...Object.keys(stable)])].filter((key) => typeof (candidate[key] ?? stable[key]) === 'number')
  if (!keys.includes('error_share') && (number(candidate.calls) ?? 0) > 0 && number(candidate.errors) !== null) keys.push('error_share')
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length)
  const rows = keys
    .filter((key) => key !== 'errors' || !keys.includes('error_share'))
    // What neither did says nothing; calls always do.
    .filter((key) => key === 'calls' || (valueOf(stable, key) ?? 0) > 0 || (valueOf(candidate, key) ?? 0) > 0)
    .sort((a, b) => rank(a) - rank(b))
    .map((key) => {
      const [s, c] = [valueOf(stable, key), valueOf(candidate, key)]
      const most = Math.max(s ?? 0, c ?? 0)
      return { key, label: labelOf(key), stable: inWords(key, s), candidate: inWords(key, c), bars: most > 0 && key !== 'calls' ? ([((s ?? 0) / most) * 100, ((c ?? 0) / most) * 100] as [number, number]) : null }
    })
  const facts = Object.entries(evidence)
    .filter(([key]) => key !== 'windows' && key !== 'verdict')
    .filter(([key, value]) => !((key === 'stable' || key === 'candidate') && isPlain(value)) && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => ({ label: labelOf(key), text: factText(key, value) }))
  return { rows, facts }
}

const number = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null)
function valueOf(side: Plain, key: string): number | null {
  if (key !== 'error_share' || side.error_share !== undefined) return number(side[key])
  const calls = number(side.calls)
  return calls ? (number(side.errors) ?? 0) / calls : null
}
function inWords(key: string, value: number | null): string {
  if (value === null) return '–'
  if (/_us$/.test(key)) return micros(value)
  if (/_ms$/.test(key)) return micros(value * 1000)
  if (/share$|_rate$/.test(key)) return percent(value)
  return count(value)
}
function labelOf(key: string): string {
  const name = `plugins.evidence.${key}`
  return knows(name) ? t(name) : key.replace(/_/g, ' ')
}
function factText(key: string, value: unknown): string {
  if (typeof value === 'number') return inWords(key, value)
  if (key === 'rule' && knows(`plugins.rule.${String(value)}`)) return t(`plugins.rule.${String(value)}`)
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return t(value ? 'common.on' : 'common.off')
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item))).join('\n')
  return JSON.stringify(value)
}
