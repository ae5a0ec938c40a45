// Log-in, and the calls of the agent workspace.
import type { ConnectSet } from './frames.js';
import type { Agent, ConversationQuery, ConversationSummary, Login, Named, StoredEntry, Target, User, VisitorDetails } from './rest_types.js';
import { path, type List, type Rest } from './rest.js';

export const authApi = (rest: Rest) => ({
  login: (username: string, password: string, totp?: string) =>
    rest.post<Login>('/auth/login', { username, password, ...(totp ? { totp } : {}) }),
  logout: () => rest.post<void>('/auth/logout'),
  /** Throws a ProblemError with status 401 where nobody is logged in. */
  me: () => rest.get<Login>('/auth/me'),
  token: (username: string, password: string) =>
    rest.post<{ token: string; expires_at: string; user: User }>('/auth/token', { username, password }),
  changePassword: (old_password: string, new_password: string) =>
    rest.post<void>('/auth/password', { old_password, new_password }),
});

export const agentApi = (rest: Rest) => {
  const verb = (id: string, name: string, body: unknown = {}): Promise<ConversationSummary> =>
    rest.post<ConversationSummary>(path('conversations', id, name), body);
  return {
    /** The signed set for `ClientOptions.mint`. */
    ticket: async (): Promise<ConnectSet> => (await rest.post<{ connect: ConnectSet }>('/agent/ticket')).connect,
    conversations: (query: ConversationQuery = {}) => rest.get<List<ConversationSummary>>('/conversations', { ...query }),
    conversation: (id: string) => rest.get<ConversationSummary>(path('conversations', id)),
    messages: (id: string, query: { before?: number; limit?: number } = {}) =>
      rest.get<List<StoredEntry>>(path('conversations', id, 'messages'), query),
    assign: (id: string, target: Target) => verb(id, 'assign', target),
    transfer: (id: string, target: Target, note?: string) => verb(id, 'transfer', { ...target, ...(note ? { note } : {}) }),
    close: (id: string, reason?: string) => verb(id, 'close', reason ? { reason } : {}),
    reopen: (id: string) => verb(id, 'reopen'),
    labels: (id: string, change: { add?: string[]; remove?: string[] }) => verb(id, 'labels', { add: [], remove: [], ...change }),
    agents: () => rest.get<{ data: Agent[] }>('/agents').then((list) => list.data),
    departments: () => rest.get<{ data: Named[] }>('/departments').then((list) => list.data),
    visitor: (id: string) => rest.get<VisitorDetails>(path('visitors', id)),
  };
};
