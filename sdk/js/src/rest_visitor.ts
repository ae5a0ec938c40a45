// The calls a visitor may make.
import type { PageInfo, VisitorSession, VisitorSessionRequest, ConversationSummary } from './rest_types.js';
import { path, type Rest } from './rest.js';

export const visitorApi = (rest: Rest) => ({
  session: (request: VisitorSessionRequest) => rest.post<VisitorSession>('/visitor/session', request),
  page: (page: PageInfo) => rest.post<void>('/visitor/page', page),
  rate: (conversation: string, score: number, comment?: string) =>
    rest.post<ConversationSummary>(path('conversations', conversation, 'rate'), {
      score,
      ...(comment ? { comment } : {}),
    }),
  close: (conversation: string) => rest.post<ConversationSummary>(path('conversations', conversation, 'close')),
});
