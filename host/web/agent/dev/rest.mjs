// The REST calls of the workspace against the shop in memory.
import { randomUUID } from 'node:crypto';

export function rest({ request, response, url, body, world, state }) {
  const path = url.pathname.replace('/api/v1', '');
  const json = body === '' ? {} : JSON.parse(body);
  const send = (status, value, headers = {}) => response.writeHead(status, { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json', ...headers }).end(status === 204 ? undefined : JSON.stringify(value));
  const problem = (status, code, extra = {}) => send(status, { type: 'about:blank', title: code, status, detail: code, code, trace_id: randomUUID(), ...extra }, extra.retry_after ? { 'retry-after': String(extra.retry_after) } : {});

  if (url.pathname === '/api/healthz') return send(200, { redis: 'OFF', database: 'OK', websocket: 'OK', version: '0.1.0-selfhost' });

  const cookies = Object.fromEntries((request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=')));
  const agent = state.sessions.get(cookies['__Host-hotdesk']);
  const login = (who, csrf) => ({ user: { id: who.id, username: who.username, name: who.name, role: who.role, tenant: world.tenant }, csrf });

  if (path === '/auth/login') {
    if (json.username === 'locked') return problem(429, 'E_LOCKED', { retry_after: 754 });
    const who = world.agents.find((a) => a.username === json.username);
    if (!who || json.password !== 'hotdesk') {
      state.tries = Math.max(0, state.tries - 1);
      return problem(401, 'E_LOGIN', { tries_left: state.tries });
    }
    state.tries = 5;
    const [session, csrf] = [randomUUID(), randomUUID()];
    state.sessions.set(session, who);
    return send(200, login(who, csrf), { 'set-cookie': [`__Host-hotdesk=${session}; Path=/; Secure; HttpOnly; SameSite=Strict`, `__Host-hotdesk-csrf=${csrf}; Path=/; Secure; SameSite=Strict`] });
  }
  if (!agent) return problem(401, 'E_UNAUTHORIZED');
  if (request.method !== 'GET' && request.headers['x-csrf-token'] !== cookies['__Host-hotdesk-csrf']) return problem(403, 'E_CSRF');

  const list = (data, next = null) => send(200, { data, meta: { next_cursor: next, has_more: next !== null } });
  if (path === '/auth/me') return send(200, login(agent, cookies['__Host-hotdesk-csrf']));
  if (path === '/auth/logout') {
    state.sessions.delete(cookies['__Host-hotdesk']);
    return send(204);
  }
  if (path === '/agent/ticket') return send(200, { connect: { site: 'internal', role: 'agent', user: agent.id, ts: Math.floor(Date.now() / 1000), nonce: randomUUID(), kid: 'i1', sig: 'x' } });
  if (path === '/agents') return list(world.agentRows());
  if (path === '/departments') return list([world.department]);
  if (path === '/conversations') {
    const [status, assignee] = [url.searchParams.get('status'), url.searchParams.get('assignee')];
    const rows = world.conversations.filter((c) => (status === 'all' || c.status === status) && (assignee !== 'me' || c.assignee === agent));
    return list(rows.map((c) => world.summary(c, agent)).reverse());
  }
  const visitor = /^\/visitors\/([^/]+)$/.exec(path);
  if (visitor) {
    const row = world.visitorRow(visitor[1]);
    return row ? send(200, row) : problem(404, 'E_NOT_FOUND');
  }
  const match = /^\/conversations\/([^/]+)(?:\/(\w+))?$/.exec(path);
  const c = match && world.conversations.find((other) => other.id === match[1]);
  if (!c) return problem(404, 'E_NOT_FOUND');
  switch (match[2]) {
    case undefined: return send(200, world.summary(c, agent));
    case 'messages': {
      const [before, limit] = [Number(url.searchParams.get('before') ?? Infinity), Number(url.searchParams.get('limit') ?? 50)];
      const rows = c.entries.filter((e) => e.seq < before);
      return list(rows.slice(-limit), rows.length > limit ? String(rows[rows.length - limit].seq) : null);
    }
    case 'assign':
      world.assign(c, world.agents.find((a) => a.id === json.assignee) ?? null, agent);
      break;
    case 'transfer':
      world.assign(c, world.agents.find((a) => a.id === json.assignee) ?? null, agent, 'transferred', json.note);
      break;
    case 'close':
      c.status = 'closed';
      world.commit(c, { kind: 'closed', from: world.author(agent), body: { by: { id: agent.id, name: agent.name } } });
      break;
    case 'reopen':
      c.status = 'open';
      c.assignee ??= agent;
      world.commit(c, { kind: 'reopened', from: world.author(agent), body: { by: { id: agent.id, name: agent.name } } });
      break;
    default: return problem(404, 'E_NOT_FOUND');
  }
  return send(200, world.summary(c, agent));
}
