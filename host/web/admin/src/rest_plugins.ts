import { networkProblem, path, problemFrom, type List, type Query, type Rest } from '@hotdesk/client'
import type { Article, ArticleChange, Comparison, Grant, GrantChange, NewKey, PackageDetail, PackageInfo, Passage, Plugin, PluginEvent, RolloutStep, Secret, TrustKey, TrustStore } from './plugin_types'

type Fetch = typeof fetch

/** A package may be 32 MiB on a slow line. */
const uploadMs = 120_000

/** Bytes, not JSON: the one call that the client's JSON fetch can't make. */
async function sendBytes<T>(doFetch: Fetch, url: string, bytes: Blob): Promise<T> {
  const csrf = document.cookie.split('; ').find((pair) => pair.startsWith('__Host-hotdesk-csrf='))
  let response: Response
  try {
    response = await doFetch(`/api/v1${url}`, {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/octet-stream', ...(csrf ? { 'X-CSRF-Token': decodeURIComponent(csrf.slice(csrf.indexOf('=') + 1)) } : {}) },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(uploadMs),
      body: bytes,
    })
  } catch (error) {
    throw networkProblem(error)
  }
  if (!response.ok) throw await problemFrom(response)
  try {
    return (await response.json()) as T
  } catch (error) {
    throw networkProblem(error)
  }
}

/** Packages, trust, grants, rollouts, secrets and the knowledge that plugins read. */
export const pluginApi = (rest: Rest, doFetch: Fetch) => {
  const verb = (id: string, name: string, body: unknown = {}): Promise<Plugin> => rest.post<Plugin>(path('plugins', id, ...name.split('/')), body)
  return {
    checkPackage: (file: Blob) => sendBytes<PackageInfo>(doFetch, '/plugins/packages?dry_run=1', file),
    uploadPackage: (file: Blob) => sendBytes<PackageInfo>(doFetch, '/plugins/packages', file),
    packageOf: (id: string, version: string) => rest.get<PackageDetail>(path('plugins', id, 'versions', version)),
    deleteVersion: (id: string, version: string) => rest.delete(path('plugins', id, 'versions', version)),
    markVersion: (id: string, version: string, reason: string) => rest.put<Plugin>(path('plugins', id, 'versions', version, 'mark'), { reason }),
    clearMark: (id: string, version: string) => rest.delete<Plugin>(path('plugins', id, 'versions', version, 'mark')),

    trust: () => rest.get<TrustStore>('/plugins/trust'),
    addKey: (key: NewKey) => rest.post<TrustKey>('/plugins/trust', key),
    revokeKey: (keyId: string, reason: string) => rest.post<TrustKey>(path('plugins', 'trust', keyId, 'revoke'), { reason }),
    removeKey: (keyId: string) => rest.delete(path('plugins', 'trust', keyId)),

    /** `null` takes the minimum away. Answers with the whole store. */
    setMinimum: (id: string, minimum: string | null) => rest.put<TrustStore>(path('plugins', id, 'minimum'), { minimum }),

    grant: (id: string) => rest.get<Grant>(path('plugins', id, 'grant')),
    setGrant: (id: string, grant: GrantChange) => rest.put<Grant>(path('plugins', id, 'grant'), grant),
    resetGrant: (id: string) => rest.delete<Grant>(path('plugins', id, 'grant')),

    startRollout: (id: string, version: string, steps: RolloutStep[]) => verb(id, 'rollout', { version, steps }),
    pauseRollout: (id: string) => verb(id, 'rollout/pause'),
    resumeRollout: (id: string) => verb(id, 'rollout/resume'),
    stopRollout: (id: string) => verb(id, 'rollout/stop'),
    setShadow: (id: string, version: string | null) => verb(id, 'shadow', { version }),
    pin: (id: string, version: string) => verb(id, 'pin', { version }),
    follow: (id: string) => verb(id, 'follow'),
    compare: (id: string) => rest.get<Comparison>(path('plugins', id, 'compare')),
    events: (id: string, query?: Query) => rest.get<List<PluginEvent>>(path('plugins', id, 'events'), query),
    checkHealth: (id: string) => rest.post<{ result: string; took_us: number }>(path('plugins', id, 'health')),
    setPolicy: (id: string, extension: string, failClosed: boolean) => rest.put<Plugin>(path('plugins', id, 'policy'), { extension, fail_closed: failClosed }),

    secrets: (id: string) => rest.get<{ data: Secret[] }>(path('plugins', id, 'secrets')).then((list) => list.data),
    setSecret: (id: string, name: string, value: string) => rest.put<void>(path('plugins', id, 'secrets', name), { value }),
    deleteSecret: (id: string, name: string) => rest.delete(path('plugins', id, 'secrets', name)),

    articles: (query?: Query) => rest.get<List<Article>>('/knowledge', query),
    article: (id: string) => rest.get<Article>(path('knowledge', id)),
    createArticle: (article: ArticleChange) => rest.post<Article>('/knowledge', article),
    updateArticle: (id: string, change: ArticleChange) => rest.patch<Article>(path('knowledge', id), change),
    deleteArticle: (id: string) => rest.delete(path('knowledge', id)),
    searchKnowledge: (q: string, limit = 5) => rest.get<{ data: Passage[] }>('/knowledge/search', { q, limit }).then((list) => list.data),
  }
}
