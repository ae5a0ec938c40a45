// A small shop in memory: agents, visitors, conversations, feeds. It follows hotdesk.v1 as far as the workspace can tell.
import { randomUUID } from 'node:crypto';

const MINUTE = 60_000;
const iso = (ms) => new Date(ms).toISOString();

export class World {
  epoch = randomUUID();
  tenant = { id: randomUUID(), name: '山野咖啡' };
  department = { id: randomUUID(), name: '售后' };
  agents = [
    { id: randomUUID(), username: 'lin', name: '林晓', role: 'admin', state: 'online', capacity: 6 },
    { id: randomUUID(), username: 'maya', name: 'Maya Ortiz', role: 'agent', state: 'online', capacity: 6 },
    { id: randomUUID(), username: 'zhou', name: '周子昂', role: 'agent', state: 'busy', capacity: 4 },
    { id: randomUUID(), username: 'anna', name: 'Anna Berg', role: 'agent', state: 'offline', capacity: 6 },
  ];
  conversations = [];
  feeds = new Map();
  /** Called with (user or null for every agent, frame). */
  push = () => undefined;

  me = this.agents[0];

  feed(name) {
    if (!this.feeds.has(name)) this.feeds.set(name, []);
    return this.feeds.get(name);
  }

  append(name, entry) {
    const rows = this.feed(name);
    const row = { ...entry, prev: rows.length, cur: rows.length + 1, ...(name.startsWith('q:') ? { feed: name } : {}) };
    rows.push(row);
    return row;
  }

  author(user, role) {
    return { role: role ?? (user.username === undefined ? 'visitor' : 'agent'), id: user.id, name: user.name };
  }

  open({ name = '', text, ago = 5, assignee = this.me, labels = [], online = true, email = null, status, pages = [], device, language = 'zh-CN', referrer = '', utm_source }) {
    const at = Date.now() - ago * MINUTE;
    const visitor = { id: randomUUID(), name, online, email, pages, device: device ?? { kind: 'desktop', os: 'Windows 11', browser: 'Edge 131' }, language, source: { referrer, ...(utm_source ? { utm_source } : {}) }, first_seen: at - 40 * 86_400_000, last_seen: Date.now() };
    const c = { id: randomUUID(), status: status ?? (assignee ? 'open' : 'waiting'), visitor, assignee, labels, entries: [], reads: new Map(), opened: at };
    this.conversations.push(c);
    this.commit(c, { kind: 'opened', from: this.author(visitor), body: { department: this.department }, ts: at }, true);
    if (text) this.commit(c, { kind: 'text', from: this.author(visitor), body: { text }, ts: at + 1000 }, true);
    if (assignee) this.commit(c, { kind: 'assigned', from: { role: 'system', id: '', name: '' }, body: { assignee: { id: assignee.id, name: assignee.name }, department: this.department }, ts: at + 2000 }, true);
    return c;
  }

  /** Gives the entry its number, puts it into the members' feeds and pushes it. `quiet`: history, no push. */
  commit(c, { kind, from, body, mid, ts = Date.now() }, quiet = false) {
    const entry = { conv: c.id, seq: c.entries.length + 1, kind, from, body, ts, ...(mid ? { mid } : {}) };
    c.entries.push(entry);
    if (from.role !== 'visitor' && mid) c.reads.set(from.id, entry.seq);
    let own;
    if (c.assignee) {
      const row = this.append(c.assignee.id, entry);
      own = row;
      if (!quiet) this.push(c.assignee.id, { t: 'evt', ...row }, mid);
    }
    return { entry, own };
  }

  mark(c, kind, seq) {
    const row = this.append(c.assignee.id, { conv: c.id, kind, from: this.author(c.visitor), body: { seq }, ts: Date.now() });
    this.push(c.assignee.id, { t: 'evt', ...row });
  }

  queue(c, kind) {
    const row = this.append(`q:${this.department.id}`, { conv: c.id, kind, from: { role: 'system', id: '', name: '' }, body: { visitor: { id: c.visitor.id, name: c.visitor.name }, since: c.opened, source: '', labels: c.labels }, ts: Date.now() });
    this.push(null, { t: 'evt', ...row });
  }

  assign(c, agent, by, kind = 'assigned', note) {
    const before = c.assignee;
    const body = kind === 'transferred' ? { from: { ...(before ? { assignee: { id: before.id, name: before.name } } : {}), department: this.department }, to: { ...(agent ? { assignee: { id: agent.id, name: agent.name } } : {}), department: this.department }, ...(note ? { note } : {}) } : { assignee: agent && { id: agent.id, name: agent.name }, department: this.department };
    const entry = { kind, from: this.author(by), body };
    if (before && before !== agent) this.commit(c, entry);
    c.assignee = agent;
    c.status = agent ? 'open' : 'waiting';
    if (!before) {
      if (agent) this.commit(c, entry);
      this.queue(c, 'taken');
    } else if (!agent) {
      c.opened = Date.now();
      this.queue(c, 'waiting');
    }
  }

  summary(c, viewer) {
    const messages = c.entries.filter((e) => ['text', 'file', 'card', 'note'].includes(e.kind));
    const last = messages[messages.length - 1];
    return {
      id: c.id, status: c.status, visitor: { id: c.visitor.id, name: c.visitor.name, online: c.visitor.online },
      assignee: c.assignee && { id: c.assignee.id, name: c.assignee.name }, department: this.department, labels: c.labels, priority: 0,
      seq: c.entries.length, read: c.reads.get(viewer.id) ?? 0,
      last: last ? { seq: last.seq, from: last.from, kind: last.kind, text: last.body.text, ts: last.ts } : null,
      opened_at: iso(c.opened), updated_at: iso(c.entries[c.entries.length - 1].ts),
    };
  }

  agentRows() {
    return this.agents.map((a) => ({ id: a.id, name: a.name, role: a.role, state: a.state, open: this.conversations.filter((c) => c.assignee === a && c.status === 'open').length, capacity: a.capacity }));
  }

  visitorRow(id) {
    const mine = this.conversations.filter((c) => c.visitor.id === id);
    const v = mine[0]?.visitor;
    if (!v) return null;
    return {
      id: v.id, name: v.name, email: v.email, attributes: v.attributes ?? {}, first_seen: iso(v.first_seen), last_seen: iso(v.last_seen), online: v.online, device: v.device, language: v.language, source: v.source,
      pages: v.pages.map((p) => ({ url: p.url, title: p.title, at: iso(Date.now() - p.ago * MINUTE) })),
      conversations: [...mine.map((c) => ({ id: c.id, status: c.status, opened_at: iso(c.opened), closed_at: null })), ...(v.past ?? []).map((p) => ({ id: randomUUID(), status: 'closed', opened_at: iso(Date.now() - p.days * 86_400_000), closed_at: iso(Date.now() - p.days * 86_400_000 + 600_000), rating: p.rating }))],
    };
  }
}
