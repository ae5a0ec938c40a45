// What the workspace holds in memory: the shapes of REST and of the wire, in the names both use.

export type ConversationStatus = 'bot' | 'waiting' | 'open' | 'snoozed' | 'closed';
export type Role = 'visitor' | 'agent' | 'admin' | 'operator' | 'bot' | 'plugin' | 'system';
export type PresenceState = 'online' | 'away' | 'busy' | 'offline';

export interface Person {
  id: string;
  name: string;
}

export interface Author extends Person {
  role: Role;
}

/** The newest message of a conversation, as lists show it. */
export interface Last {
  seq: number;
  from: Author;
  kind: string;
  text?: string | undefined;
  ts: number;
}

export interface Conversation {
  id: string;
  status: ConversationStatus;
  visitor: Person & { online: boolean };
  assignee: Person | null;
  department: Person | null;
  labels: string[];
  priority: string | number | null;
  /** The last number in the conversation; events take numbers too, so this isn't a count of messages. */
  seq: number;
  /** Up to which number this agent has read. */
  read: number;
  last: Last | null;
  openedAt: number;
  updatedAt: number;
}

/** A message or an event of a conversation's timeline. `ts` is the server's milliseconds. */
export interface Entry {
  conv: string;
  seq: number;
  kind: string;
  from: Author;
  mid?: string | undefined;
  recalled?: boolean | undefined;
  /** A filter changed what this device sent. */
  rewritten?: boolean | undefined;
  body: Record<string, unknown>;
  ts: number;
}

/** A message of this device that the server hasn't confirmed. It lives in the client's outbox and survives a reload. */
export interface Pending {
  mid: string;
  conv: string;
  text: string;
  at: number;
  state: 'waiting' | 'failed';
  /** Why the server refused it for good. */
  code?: string | undefined;
}

/** How far the visitor has come in a conversation, and how far this agent. */
export interface Marks {
  delivered: number;
  read: number;
  own: number;
}

export interface Typist {
  from: { role: string; id: string; name: string };
  /** What is written and not yet sent, where the site shows it. */
  text?: string;
}

export interface Agent extends Person {
  role: Role;
  state: PresenceState;
  open: number;
  capacity: number;
}

export interface Me extends Person {
  username: string;
  role: Role;
  tenant: Person;
}

export interface VisitorProfile extends Person {
  email: string;
  attributes: Record<string, unknown>;
  firstSeen: number;
  lastSeen: number;
  online: boolean;
  device: { kind: string; os: string; browser: string };
  language: string;
  source: { referrer: string; utmSource: string };
  pages: { url: string; title: string; at: number }[];
  conversations: { id: string; status: ConversationStatus; openedAt: number; closedAt: number; rating: number | null }[];
}

export const MESSAGE_KINDS: ReadonlySet<string> = new Set(['text', 'file', 'card', 'note', 'recall']);

export function isMessage(kind: string): boolean {
  return MESSAGE_KINDS.has(kind);
}
