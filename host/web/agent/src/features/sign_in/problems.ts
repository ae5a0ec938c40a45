// What the sign-in page says when it can't let somebody in: what happened and what to do, never a code.
import type { ProblemError } from '@hotdesk/client';

export interface Problem {
  /** Keys of the message files; `more` follows `title` in the same box. */
  title: string;
  more: string;
  values: Record<string, string | number>;
  /** Local milliseconds until which trying again is pointless; the button waits so long. */
  until: number | null;
  /** Which field is to be looked at. */
  field: 'password' | null;
}

export function problemOf(error: ProblemError, now: number): Problem {
  const wait = error.problem.retryAfter ?? 0;
  const plain = (title: string, more: string): Problem => ({ title, more, values: {}, until: null, field: null });
  if (error.isNetwork) return plain('sign_in.offline', 'sign_in.offline_more');
  if (error.code === 'E_LOCKED' || (error.status === 429 && error.code === 'E_LOGIN')) {
    return { title: 'sign_in.locked', more: 'sign_in.locked_more', values: lockValues(wait), until: now + wait * 1000, field: null };
  }
  if (error.status === 429) {
    return { title: 'sign_in.rate', more: 'sign_in.rate_more', values: lockValues(wait), until: now + wait * 1000, field: null };
  }
  if (error.code === 'E_LOGIN' || error.status === 401) {
    const left = error.problem.triesLeft;
    // counted after this try: none left means that the account is locked from now on
    const more = left === undefined ? 'sign_in.wrong_more' : left <= 0 ? 'sign_in.wrong_locked' : left === 1 ? 'sign_in.wrong_last' : 'sign_in.wrong_tries';
    return { title: 'sign_in.wrong', more, values: { n: left ?? 0 }, until: null, field: 'password' };
  }
  if (error.status === 403) return plain('sign_in.forbidden', 'sign_in.forbidden_more');
  if (error.status === 422 || error.status === 400) return plain('sign_in.bad_form', 'sign_in.bad_form_more');
  return { ...plain('sign_in.server', 'sign_in.server_more'), values: { trace: error.problem.traceId ?? String(error.status) } };
}

function lockValues(seconds: number): Record<string, number> {
  return { n: Math.max(1, Math.ceil(seconds / 60)) };
}

/** `m:ss` until a moment; empty once it has passed. */
export function countdown(until: number | null, now: number): string {
  if (until === null || until <= now) return '';
  const seconds = Math.ceil((until - now) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
