/** The path of a line through `values`, zero-based, 2 px of air above; empty when there are fewer than two. */
export function sparkPath(values: number[], width: number, height: number, max = Math.max(...values)): string {
  if (values.length < 2) return ''
  const top = max > 0 ? max : 1
  const step = width / (values.length - 1)
  return values.map((value, i) => `${i === 0 ? 'M' : 'L'}${round(i * step)} ${round(height - 1 - (Math.min(value, top) / top) * (height - 3))}`).join('')
}
const round = (n: number): number => Math.round(n * 10) / 10
