import { afterEach, describe, expect, it, vi } from 'vitest';
import { Rest, path } from '../src/rest.js';
import { ProblemError } from '../src/problem.js';

afterEach(() => void vi.unstubAllGlobals());

function make(answer: Response | Error, options: { token?: string } = {}) {
  const calls: { url: string; init: RequestInit }[] = [];
  const unauthorized = vi.fn();
  const rest = new Rest({
    origin: 'https://host',
    onUnauthorized: unauthorized,
    ...(options.token ? { token: () => options.token } : {}),
    fetch: ((url: string, init: RequestInit) => {
      calls.push({ url, init });
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    }) as typeof fetch,
  });
  return { rest, calls, unauthorized };
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) => new Response(JSON.stringify(body), { status, headers });

async function problemOf(promise: Promise<unknown>): Promise<ProblemError> {
  const error = await promise.then(() => undefined, (e: unknown) => e);
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
}

describe('rest', () => {
  it('sends the CSRF cookie as a header with what changes something, and only with that', async () => {
    vi.stubGlobal('document', { cookie: 'a=b; __Host-hotdesk-csrf=to%2Bken; c=d' });
    const { rest, calls } = make(json(200, {}));
    await rest.post('/x', { a: 1 });
    expect(calls[0]!.init.headers).toMatchObject({ 'X-CSRF-Token': 'to+ken', 'Content-Type': 'application/json' });
    const other = make(json(200, {}));
    await other.rest.get('/x', { status: 'open', cursor: null, limit: 5 });
    expect(other.calls[0]!.url).toBe('https://host/api/v1/x?status=open&limit=5');
    expect(other.calls[0]!.init.headers).not.toHaveProperty('X-CSRF-Token');
  });

  it('uses a token instead of the cookie where there is one', async () => {
    vi.stubGlobal('document', { cookie: '__Host-hotdesk-csrf=x' });
    const { rest, calls } = make(json(200, {}), { token: 'tok' });
    await rest.post('/x');
    expect(calls[0]!.init.headers).toMatchObject({ Authorization: 'Bearer tok' });
    expect(calls[0]!.init.headers).not.toHaveProperty('X-CSRF-Token');
  });

  it('turns a problem document into an error a form can show', async () => {
    const { rest } = make(json(422, { code: 'E_FORM', title: 'Bad', detail: 'Check the fields', trace_id: 't', errors: [{ field: 'name', message: 'is empty' }] }));
    const error = await problemOf(rest.post('/x'));
    expect(error).toMatchObject({ status: 422, code: 'E_FORM', message: 'Check the fields' });
    expect(error.field('name')).toBe('is empty');
    expect(error.field('other')).toBeUndefined();
    expect(error.problem.traceId).toBe('t');
  });

  it('knows how long to wait and how many tries are left', async () => {
    expect((await problemOf(make(json(429, {}, { 'retry-after': '30' })).rest.get('/x'))).problem.retryAfter).toBe(30);
    const login = await problemOf(make(json(401, { code: 'E_LOGIN', tries_left: 3 })).rest.post('/x'));
    expect(login.problem.triesLeft).toBe(3);
  });

  it('makes a problem out of anything: no answer, a proxy page, a cut answer', async () => {
    expect(await problemOf(make(new TypeError('failed')).rest.get('/x'))).toMatchObject({ status: 0, code: 'E_NETWORK', isNetwork: true });
    expect(await problemOf(make(new Response('<html>', { status: 502 })).rest.get('/x'))).toMatchObject({ status: 502, code: 'E_HTTP' });
    expect(await problemOf(make(new Response('{"a":', { status: 200 })).rest.get('/x'))).toMatchObject({ status: 0 });
  });

  it('tells of a 401 and takes a 204', async () => {
    const { rest, unauthorized } = make(json(401, {}));
    await problemOf(rest.get('/x'));
    expect(unauthorized).toHaveBeenCalledOnce();
    expect(await make(new Response(null, { status: 204 })).rest.delete('/x')).toBeUndefined();
  });

  it('keeps ids inside their path segment', () => {
    expect(path('sites', '../users?x')).toBe('/sites/..%2Fusers%3Fx');
  });
});
