import { ProblemError, type Problem } from '@hotdesk/client';
import { describe, expect, it } from 'vitest';
import enText from '../../locales/en.json?raw';
import zhText from '../../locales/zh.json?raw';
import { countdown, problemOf } from './problems.js';

const error = (status: number, code: string, more: Partial<Problem> = {}): ProblemError =>
  new ProblemError({ status, code, title: '', detail: '', errors: [], traceId: 'trace-7', ...more });

const zh = JSON.parse(zhText) as object;
const en = JSON.parse(enText) as object;
const text = (messages: object, key: string): unknown =>
  key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], messages);

describe('problemOf', () => {
  it('says how many tries are left', () => {
    const problem = problemOf(error(401, 'E_LOGIN', { triesLeft: 3 }), 0);
    expect(problem).toMatchObject({ title: 'sign_in.wrong', more: 'sign_in.wrong_tries', values: { n: 3 }, field: 'password', until: null });
  });

  it('warns when the next mistake locks', () => {
    expect(problemOf(error(401, 'E_LOGIN', { triesLeft: 1 }), 0).more).toBe('sign_in.wrong_last');
    expect(problemOf(error(401, 'E_LOGIN', { triesLeft: 0 }), 0).more).toBe('sign_in.wrong_locked');
    expect(problemOf(error(401, 'E_LOGIN'), 0).more).toBe('sign_in.wrong_more');
  });

  it('says for how long an account is locked, in whole minutes', () => {
    const problem = problemOf(error(429, 'E_LOCKED', { retryAfter: 61 }), 1_000);
    expect(problem).toMatchObject({ title: 'sign_in.locked', values: { n: 2 }, until: 62_000 });
  });

  it('tells a network failure from a wrong password and from a broken server', () => {
    expect(problemOf(error(0, 'E_NETWORK'), 0).title).toBe('sign_in.offline');
    expect(problemOf(error(500, ''), 0)).toMatchObject({ title: 'sign_in.server', values: { trace: 'trace-7' } });
    expect(problemOf(error(429, 'E_RATE', { retryAfter: 5 }), 0).title).toBe('sign_in.rate');
  });

  it('has a sentence for each of them in both languages', () => {
    const cases = [error(0, ''), error(401, 'E_LOGIN', { triesLeft: 2 }), error(401, 'E_LOGIN', { triesLeft: 1 }), error(401, 'E_LOGIN', { triesLeft: 0 }), error(401, ''), error(429, 'E_LOCKED', { retryAfter: 9 }), error(429, ''), error(403, ''), error(400, ''), error(503, '')];
    for (const { title, more } of cases.map((e) => problemOf(e, 0))) {
      for (const messages of [zh, en]) {
        expect(text(messages, title), title).toEqual(expect.any(String));
        expect(text(messages, more), more).toEqual(expect.any(String));
      }
    }
  });
});

describe('countdown', () => {
  it('counts minutes and seconds and ends empty', () => {
    expect(countdown(125_000, 0)).toBe('2:05');
    expect(countdown(1_000, 1_000)).toBe('');
    expect(countdown(null, 0)).toBe('');
  });
});
