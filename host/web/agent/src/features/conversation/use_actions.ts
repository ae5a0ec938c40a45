import { useI18n } from 'vue-i18n';
import type { Conversation } from '../../model.js';
import { useFormat } from '../../parts/use_format.js';
import { ProblemError, type Target } from '../../rest.js';
import { useChats } from '../../stores/chats.js';
import { useToasts } from '../../stores/toasts.js';

/** Take, resolve, reopen, transfer: each answers with a short line, and a failed one says what is safe. */
export function useActions() {
  const { t } = useI18n();
  const chats = useChats();
  const toasts = useToasts();
  const { visitorName } = useFormat();

  async function attempt(what: string, run: () => Promise<void>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.status === 401) return false;
      toasts.show(t(`action.${what}_failed`, { why: why(error) }), { tone: 'bad' });
      return false;
    }
  }

  function why(error: ProblemError): string {
    if (error.isNetwork) return t('action.why_offline');
    if (error.status === 409) return t('action.why_conflict');
    if (error.status === 403) return t('action.why_forbidden');
    if (error.status === 404) return t('action.why_gone');
    if (error.status === 429) return t('action.why_rate');
    return t('action.why_server', { trace: error.problem.traceId ?? String(error.status) });
  }

  const take = (c: Conversation): Promise<boolean> => attempt('take', () => chats.take(c.id));

  const reopen = (c: Conversation): Promise<boolean> => attempt('reopen', () => chats.reopen(c.id));

  async function resolve(c: Conversation): Promise<boolean> {
    const done = await attempt('resolve', () => chats.resolve(c.id));
    if (done) toasts.show(t('action.resolved', { name: visitorName(c.visitor) }), { action: { text: t('common.undo'), run: () => void reopen(c) } });
    return done;
  }

  async function transfer(c: Conversation, target: Target, name: string, note: string): Promise<boolean> {
    const done = await attempt('transfer', () => chats.transfer(c.id, target, note));
    if (done) toasts.show(t('action.transferred', { visitor: visitorName(c.visitor), name }));
    return done;
  }

  return { take, reopen, resolve, transfer };
}
