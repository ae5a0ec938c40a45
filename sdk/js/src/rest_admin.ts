// The calls of the admin panel.
import type { Account, AuditLogRow, LoginLogRow, Named, Overview, Plugin, Site, WidgetSettings } from './rest_types.js';
import { path, type List, type Query, type Rest } from './rest.js';

export const adminApi = (rest: Rest) => {
  const plugin = (id: string, verb: string, body: unknown = {}): Promise<Plugin> => rest.post<Plugin>(path('plugins', id, verb), body);
  return {
    overview: () => rest.get<Overview>('/overview'),

    sites: (query?: Query) => rest.get<List<Site>>('/sites', query),
    site: (id: string) => rest.get<Site>(path('sites', id)),
    createSite: (site: { name: string; allowed_origins: string[] }) => rest.post<Site>('/sites', site),
    updateSite: (id: string, change: Partial<{ name: string; allowed_origins: string[]; active: boolean; widget: WidgetSettings }>) =>
      rest.patch<Site>(path('sites', id), change),
    createKey: (id: string) => rest.post<{ kid: string; secret: string }>(path('sites', id, 'keys')),
    deleteKey: (id: string, kid: string) => rest.delete(path('sites', id, 'keys', kid)),

    users: (query?: Query) => rest.get<List<Account>>('/users', query),
    user: (id: string) => rest.get<Account>(path('users', id)),
    createUser: (user: { username: string; name: string; role: string; password?: string }) =>
      rest.post<{ user: Account; password?: string }>('/users', user),
    updateUser: (id: string, change: Partial<Pick<Account, 'name' | 'role' | 'active' | 'capacity'>>) =>
      rest.patch<Account>(path('users', id), change),
    resetPassword: (id: string) => rest.post<{ password: string }>(path('users', id, 'password')),

    plugins: () => rest.get<List<Plugin> | { data: Plugin[] }>('/plugins').then((list) => list.data),
    activate: (id: string, version: string) => plugin(id, 'activate', { version }),
    canary: (id: string, version: string, percent: number) => plugin(id, 'canary', { version, percent }),
    promote: (id: string) => plugin(id, 'promote'),
    rollback: (id: string) => plugin(id, 'rollback'),
    enable: (id: string) => plugin(id, 'enable'),
    disable: (id: string) => plugin(id, 'disable'),
    configure: (id: string, config: Record<string, unknown>) => rest.put<Plugin>(path('plugins', id, 'config'), config),

    loginLog: (query?: Query) => rest.get<List<LoginLogRow>>('/login-log', query),
    auditLog: (query?: Query) => rest.get<List<AuditLogRow>>('/audit-log', query),
    tenant: () => rest.get<Named>('/tenant'),
    renameTenant: (name: string) => rest.patch<Named>('/tenant', { name }),
  };
};
