import { describe, expect, it } from 'vitest'
import { aVersion } from './samples'
import { callsVerdict, errorVerdict, p50Verdict, p99Verdict, refusedShare, workVerdict } from './verdicts'

const stable = aVersion('1.0.0', { calls: 10_000, errors: 2, refused: 41, p50_us: 11, p99_us: 38 })
const next = (more: Parameters<typeof aVersion>[1]): ReturnType<typeof aVersion> => aVersion('1.1.0', { calls: 2000, p50_us: 12, p99_us: 41, ...more })

describe('errors', () => {
  it.each([
    ['none', next({ errors: 0 }), 'ok-t', 'verdict.no_errors'],
    ['a few, far under the line', next({ errors: 6 }), 'ok-t', 'verdict.below_line'],
    ['near the line', next({ errors: 60 }), 'warn-t', 'verdict.near_line'],
    ['over 5 %', next({ errors: 120 }), 'bad-t', 'verdict.over_line'],
    ['four of fifty: the breaker waits for the fifth', next({ calls: 50, errors: 4 }), 'warn-t', 'verdict.near_line'],
    ['under fifty calls', next({ calls: 49, errors: 5 }), 't3', 'verdict.too_few'],
    ['no calls', next({ calls: 0 }), 't3', 'verdict.no_calls'],
  ])('%s', (_, subject, tone, key) => {
    expect(errorVerdict(stable, subject)).toMatchObject({ tone, key })
  })
  it('measures by three times the base where the base itself errs', () => {
    const bad = aVersion('1.0.0', { calls: 1000, errors: 40 })
    expect(errorVerdict(bad, next({ errors: 200 }))).toMatchObject({ key: 'verdict.near_line', share: 0.12 })
  })
})

describe('p99', () => {
  it.each([
    ['the line is told', next({}), 'ok-t', 'verdict.line_us', 76],
    ['close to it', next({ p99_us: 60 }), 'warn-t', 'verdict.line_us', 76],
    ['over it', next({ p99_us: 77 }), 'bad-t', 'verdict.over_line_us', 76],
  ])('%s', (_, subject, tone, key, us) => {
    expect(p99Verdict(stable, subject)).toEqual({ tone, key, us })
  })
  it('is not judged under a thousand calls', () => {
    expect(p99Verdict(stable, next({ calls: 999, p99_us: 900 }))).toEqual({ tone: 't3', key: 'verdict.too_few', n: 1000 })
  })
})

it('calls a microsecond more just as fast, and a quarter more fine', () => {
  expect(p50Verdict(stable, next({ p50_us: 12 }))).toMatchObject({ tone: 'ok-t', key: 'verdict.same' })
  expect(p50Verdict(stable, next({ p50_us: 13 }))).toMatchObject({ tone: 'ok-t', key: 'verdict.fine' })
  expect(p50Verdict(stable, next({ p50_us: 20 }))).toMatchObject({ tone: 'warn-t', key: 'verdict.slower' })
  expect(p50Verdict(stable, next({ p50_us: 30 }))).toMatchObject({ tone: 'bad-t', key: 'verdict.slower' })
  expect(p50Verdict(stable, next({ p50_us: 6 }))).toMatchObject({ tone: 'ok-t', key: 'verdict.faster' })
  expect(p50Verdict(stable, next({ calls: 999, p50_us: 30 }))).toMatchObject({ tone: 't3', key: 'verdict.too_few' })
  expect(p50Verdict(stable, next({ calls: 0 }))).toMatchObject({ key: 'verdict.no_calls' })
})

it('tells a change in refusals without blaming', () => {
  expect(workVerdict(refusedShare, stable, next({ refused: 8 }))).toMatchObject({ tone: 'ok-t', key: 'verdict.as_before' })
  expect(workVerdict(refusedShare, stable, next({ refused: 14 }))).toMatchObject({ tone: 'warn-t', key: 'verdict.more' })
  expect(workVerdict(refusedShare, stable, next({ refused: 0 }))).toMatchObject({ tone: 'warn-t', key: 'verdict.less' })
})

it('shares out the calls of this moment, not of all time', () => {
  expect(callsVerdict(18, 2)).toMatchObject({ key: 'verdict.share', share: 0.1 })
  expect(callsVerdict(0, 0)).toMatchObject({ key: 'verdict.no_calls_now' })
  expect(callsVerdict(null, null)).toMatchObject({ key: 'verdict.no_calls_now' })
})
