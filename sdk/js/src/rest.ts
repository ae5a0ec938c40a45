// A small typed fetch: JSON in and out, the CSRF header, problem documents as ProblemError, a time limit on everything.
import { networkProblem, problemFrom } from './problem.js';

export interface RestOptions {
  /** Default: this page's origin. */
  origin?: string;
  /** Bearer or visitor token; without one the log-in cookie is used. */
  token?: () => string | undefined;
  fetch?: typeof fetch;
  timeoutMs?: number;
  /** Told of every 401, so that an app can show its log-in page. */
  onUnauthorized?: () => void;
}

export interface List<T> {
  data: T[];
  meta: { next_cursor: string | null; has_more: boolean };
}

export type Query = Record<string, string | number | boolean | null | undefined>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const BASE = '/api/v1';
const CSRF_COOKIE = '__Host-hotdesk-csrf';
const DEFAULT_TIMEOUT_MS = 15_000;

function csrfToken(): string | undefined {
  if (typeof document === 'undefined') return undefined;
  for (const pair of document.cookie.split('; ')) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at) === CSRF_COOKIE) return decodeURIComponent(pair.slice(at + 1));
  }
  return undefined;
}

/** Path segments that hold ids from elsewhere: `path('conversations', id, 'close')`. */
export function path(...segments: string[]): string {
  return '/' + segments.map(encodeURIComponent).join('/');
}

export class Rest {
  readonly #options: RestOptions;

  constructor(options: RestOptions = {}) {
    this.#options = options;
  }

  get<T>(url: string, query?: Query): Promise<T> {
    return this.request<T>('GET', url, undefined, query);
  }
  post<T>(url: string, body: unknown = {}): Promise<T> {
    return this.request<T>('POST', url, body);
  }
  put<T>(url: string, body: unknown): Promise<T> {
    return this.request<T>('PUT', url, body);
  }
  patch<T>(url: string, body: unknown): Promise<T> {
    return this.request<T>('PATCH', url, body);
  }
  delete<T = void>(url: string): Promise<T> {
    return this.request<T>('DELETE', url);
  }

  /** Throws ProblemError, and nothing else. An answer without a body gives undefined. */
  async request<T>(method: Method, url: string, body?: unknown, query?: Query): Promise<T> {
    const { origin = '', token, onUnauthorized } = this.#options;
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    const bearer = token?.();
    if (bearer !== undefined) headers['Authorization'] = `Bearer ${bearer}`;
    else if (method !== 'GET') {
      const csrf = csrfToken();
      if (csrf !== undefined) headers['X-CSRF-Token'] = csrf;
    }
    let response: Response;
    try {
      response = await (this.#options.fetch ?? fetch)(origin + BASE + url + queryString(query), {
        method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: AbortSignal.timeout(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw networkProblem(error);
    }
    if (!response.ok) {
      if (response.status === 401) onUnauthorized?.();
      throw await problemFrom(response);
    }
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw networkProblem(error); // cut off on the way
    }
  }
}

function queryString(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) params.set(key, String(value));
  }
  const text = params.toString();
  return text && `?${text}`;
}
