// Small builders for the specs.
import type { Conversation, Entry, Last, Role } from './model.js';

export function conversation(id: string, over: Partial<Conversation> = {}): Conversation {
  return {
    id,
    status: 'open',
    visitor: { id: `visitor-of-${id}`, name: '', online: true },
    assignee: null,
    department: { id: 'd1', name: 'Support' },
    labels: [],
    priority: null,
    seq: over.last?.seq ?? 0,
    read: 0,
    last: null,
    openedAt: 0,
    updatedAt: 0,
    ...over,
  };
}

export function message(seq: number, role: Role, ts: number, text = 'hello'): Last {
  return { seq, from: { role, id: `${role}-x`, name: role }, kind: 'text', text, ts };
}

export function entry(seq: number, role: Role, kind: string, over: Partial<Entry> = {}): Entry {
  return { conv: 'c', seq, kind, from: { role, id: `${role}-x`, name: role }, body: { text: `m${seq}` }, ts: seq * 1000, ...over };
}
