import { t } from '../i18n'
import type { Problem } from '../rest'
import { span } from './format'

/** A problem in the user's words: what the server said no to, never a bare code. */
export function why(problem: Problem): string {
  switch (problem.code) {
    case 'E_NETWORK':
      return t('problem.offline')
    case 'E_CLIENT':
      return t('problem.client')
  }
  if (problem.status === 401) return t('problem.signed_out')
  if (problem.status === 403) return t('problem.forbidden')
  if (problem.status === 404) return t('problem.gone')
  if (problem.status === 429) return problem.retryAfter ? t('problem.limited_for', { span: span(problem.retryAfter) }) : t('problem.limited')
  if (problem.status >= 500) return t('problem.server')
  // 400, 409, 422: the server's own sentence says which rule it was.
  return problem.detail || t('problem.refused')
}

/** The message about one field, or null; a nested path belongs to the field it starts with. */
export function fieldMessage(problem: Problem | null, field: string): string | null {
  const hit = problem?.errors.find((e) => e.field === field || e.field.startsWith(`${field}.`) || e.field.startsWith(`${field}[`) || e.field.replace(/^\/+/, '') === field || e.field.replace(/^\/+/, '').split('/')[0] === field)
  return hit ? hit.message : null
}
