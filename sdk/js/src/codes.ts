// The numbers and words of hotdesk.v1 that decide what a client does next. PROTOCOL.md holds the tables in prose.

/** Codes after which the same message is sent again with the same `mid`. Everything else that answers a `pub` is final. */
const RETRYABLE = ['E_BUSY', 'E_STORE', 'E_RATE', 'E_ORDER', 'E_WINDOW', 'E_EXPIRED'] as const;

const TERMINAL = [
  'E_BAD_FRAME',
  'E_UNKNOWN_TYPE',
  'E_FORBIDDEN',
  'E_CONV_CLOSED',
  'E_BLOCKED',
  'E_REJECTED',
  'E_TOO_BIG',
  'E_MID_REUSE',
] as const;

export type RetryableCode = (typeof RETRYABLE)[number];
export type TerminalCode = (typeof TERMINAL)[number];
/** Servers may grow new codes, so any text is allowed; an unknown one counts as terminal. */
export type ErrorCode = RetryableCode | TerminalCode | 'E_VERSION' | (string & {});

export function isRetryable(code: ErrorCode): code is RetryableCode {
  return (RETRYABLE as readonly string[]).includes(code);
}

/** What a client does once its socket is gone. */
export type CloseAction = 'resume' | 'superseded' | 'afresh' | 'stop';

const STOP = new Set([1000, 1002, 1003, 1007, 1009, 4200, 4201, 4202, 4203, 4204]);
const AFRESH = new Set([4100, 4101]);

export const CLOSE_NORMAL = 1000;
/** What a browser reports where no close frame came. */
export const CLOSE_ABNORMAL = 1006;
export const CLOSE_SUPERSEDED = 4010;

/** The close-code table. Codes that aren't named resume, so that a newer server can add some. */
export function closeAction(code: number): CloseAction {
  if (code === CLOSE_SUPERSEDED) return 'superseded';
  if (AFRESH.has(code)) return 'afresh';
  return STOP.has(code) ? 'stop' : 'resume';
}
