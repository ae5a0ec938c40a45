/**
 * The path of a line through `values`; empty when there are fewer than two. With `max` the line stands on zero; without,
 * it fills the height, but a wobble of less than a tenth of the value stays a wobble, and a constant a line in the middle.
 */
export function sparkPath(values: number[], width: number, height: number, max?: number): string {
  if (values.length < 2) return ''
  const [low, high] = max === undefined ? span(values) : [0, max > 0 ? max : 1]
  const step = width / (values.length - 1)
  return values.map((value, i) => `${i === 0 ? 'M' : 'L'}${round(i * step)} ${round(height - 1.5 - ((Math.min(value, high) - low) / (high - low)) * (height - 3))}`).join('')
}

function span(values: number[]): [number, number] {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const least = Math.max(high * 0.1, 1)
  const missing = Math.max(0, least - (high - low)) / 2
  return [low - missing, high + missing]
}
const round = (n: number): number => Math.round(n * 10) / 10
