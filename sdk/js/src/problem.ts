// What an HTTP call says when it fails: RFC 9457 problem details, or that there was no answer at all.

export interface FieldError {
  field: string;
  message: string;
}

/** Plain data, so that it can pass between tabs and into a page's state. */
export interface Problem {
  /** 0 = no answer from the server. */
  status: number;
  /** `E_NETWORK` where there was no answer, `E_HTTP` where the answer was no problem document. */
  code: string;
  title: string;
  detail: string;
  errors: FieldError[];
  traceId?: string;
  /** Seconds; from the document or the `Retry-After` header. */
  retryAfter?: number;
  triesLeft?: number;
}

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title || problem.code);
    this.name = 'ProblemError';
    this.problem = problem;
  }

  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
  get isNetwork(): boolean {
    return this.problem.status === 0;
  }
  /** The message that belongs to one field of a form, if any. */
  field(name: string): string | undefined {
    return this.problem.errors.find((e) => e.field === name)?.message;
  }
}

export function networkProblem(cause: unknown): ProblemError {
  const detail = cause instanceof Error ? cause.message : '';
  return new ProblemError({ status: 0, code: 'E_NETWORK', title: 'No answer', detail, errors: [] });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads a failed answer. Never throws: whatever a proxy put there becomes a problem with the status it had. */
export async function problemFrom(response: Response): Promise<ProblemError> {
  let document: Record<string, unknown> = {};
  try {
    const value: unknown = await response.json();
    if (typeof value === 'object' && value !== null) document = value as Record<string, unknown>;
  } catch {
    // not JSON: the status has to do
  }
  const problem: Problem = {
    status: response.status,
    code: text(document['code']) || 'E_HTTP',
    title: text(document['title']) || response.statusText,
    detail: text(document['detail']),
    errors: Array.isArray(document['errors'])
      ? (document['errors'] as Partial<FieldError>[]).map((e) => ({ field: text(e?.field), message: text(e?.message) }))
      : [],
  };
  const trace = text(document['trace_id']);
  if (trace) problem.traceId = trace;
  const wait = Number(document['retry_after'] ?? response.headers.get('retry-after') ?? NaN);
  if (Number.isFinite(wait)) problem.retryAfter = wait;
  const tries = Number(document['tries_left'] ?? NaN);
  if (Number.isFinite(tries)) problem.triesLeft = tries;
  return new ProblemError(problem);
}
