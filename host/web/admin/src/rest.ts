import { adminApi, agentApi, authApi, ProblemError, Rest, type FieldError, type Problem } from '@hotdesk/client'
import { pluginApi } from './rest_plugins'
import type { Health, Plugin } from './types'

export type { FieldError, Problem }

/** Hears of every request's outcome: the connection chip and the log-in state hang on it. */
export interface Listener {
  answered(status: number, ms: number): void
  unreachable(): void
}
let listener: Listener = { answered: () => {}, unreachable: () => {} }
export const listen = (to: Listener): void => void (listener = to)

async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const started = performance.now()
  try {
    const response = await fetch(input, init)
    listener.answered(response.status, performance.now() - started)
    return response
  } catch (error) {
    listener.unreachable()
    throw error
  }
}

const client = new Rest({ fetch: watchedFetch })
const admin = adminApi(client)
const auth = authApi(client)
const agent = agentApi(client)

/** Every call the panel makes; what goes wrong is a ProblemError, see `toProblem`. */
export const rest = {
  ...admin,
  ...pluginApi(client, watchedFetch),
  login: auth.login,
  logout: auth.logout,
  me: auth.me,
  changePassword: auth.changePassword,
  agents: agent.agents,
  plugins: admin.plugins as () => Promise<Plugin[]>,
  activate: admin.activate as (id: string, version: string) => Promise<Plugin>,
  canary: admin.canary as (id: string, version: string, percent: number) => Promise<Plugin>,
  promote: admin.promote as (id: string) => Promise<Plugin>,
  rollback: admin.rollback as (id: string) => Promise<Plugin>,
  enable: admin.enable as (id: string) => Promise<Plugin>,
  disable: admin.disable as (id: string) => Promise<Plugin>,
  configure: admin.configure as (id: string, config: Record<string, unknown>) => Promise<Plugin>,
  /** Outside /api/v1 and open to everybody: is the server up, and which version is it? */
  health: async (): Promise<Health> => {
    const response = await watchedFetch('/api/healthz', { cache: 'no-store', signal: AbortSignal.timeout(10_000) }).catch(() => null)
    if (!response) throw new ProblemError({ status: 0, code: 'E_NETWORK', title: '', detail: '', errors: [] })
    if (!response.ok) throw new ProblemError({ status: response.status, code: 'E_HTTP', title: '', detail: '', errors: [] })
    return (await response.json()) as Health
  },
}

/** What to show for anything thrown: the server's problem, or one of our own. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  return { status: 0, code: 'E_CLIENT', title: '', detail: error instanceof Error ? error.message : String(error), errors: [] }
}

/** Somebody is, or was a moment ago, signed in: the readable half of the log-in is there. */
export const hasLogin = (cookies: string): boolean => cookies.split(';').some((pair) => pair.trim().startsWith('__Host-hotdesk-csrf='))
