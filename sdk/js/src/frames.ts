// The frames of hotdesk.v1 as types. C→S frames are `ClientFrame`, S→C frames are `ServerFrame`.
import type { ErrorCode } from './codes.js';

export const SUBPROTOCOL = 'hotdesk.v1';
export const RESUME_PREFIX = 'hotdesk.rt.';
export const VERSION = 1;

/** Where `feed` is absent in a frame, it is the user's own. */
export const OWN_FEED = 'u';

export type Role = 'visitor' | 'agent' | 'admin' | 'bot' | 'plugin' | 'system';
export interface Author {
  role: Role | (string & {});
  id: string;
  name: string;
}

export type MessageKind = 'text' | 'file' | 'recall' | 'card' | 'note';
export type TimelineKind = 'opened' | 'assigned' | 'transferred' | 'closed' | 'reopened' | 'rated' | 'system';
export type MarkKind = 'read' | 'delivered';
export type FeedKind = 'mention' | 'invited' | 'feeds';
/** What the entries of a department's feed `q:<department>` are called. */
export type QueueKind = 'waiting' | 'taken' | 'assigned' | 'closed' | 'missed';
export type EntryKind = MessageKind | TimelineKind | MarkKind | FeedKind | QueueKind | (string & {});

export type Body = Record<string, unknown>;

/** One entry of a feed, or of a conversation's page. */
export interface Entry {
  feed?: string;
  cur?: number;
  prev?: number;
  conv: string;
  seq?: number;
  kind: EntryKind;
  from?: Author;
  mid?: string;
  reply?: string;
  recalled?: boolean;
  body: Body;
  /** Server milliseconds, for display only. */
  ts: number;
}

export interface Hello {
  t: 'hello';
  ver: number;
  dev: string;
  caps: string[];
  resume?: { epoch: string; feeds: Record<string, number> };
}
export interface Pub {
  t: 'pub';
  id?: string;
  mid: string;
  conv: string;
  kind: MessageKind;
  body: Body;
  after?: string;
  reply?: string;
}
export interface SyncFeed {
  t: 'sync';
  id: string;
  feed?: string;
  cur: number;
  max: number;
}
export interface SyncConversation {
  t: 'sync';
  id: string;
  conv: string;
  before?: number;
  after?: number;
  max: number;
}
export interface Got {
  t: 'got';
  cur: number;
}
export interface Read {
  t: 'read';
  conv: string;
  seq: number;
}
export interface TypingOut {
  t: 'typing';
  conv: string;
  on: boolean;
  text?: string;
}
export interface Watch {
  t: 'watch';
  conv: string;
  on: boolean;
}
export type PresenceState = 'online' | 'away' | 'busy' | 'offline' | (string & {});
export interface PresenceOut {
  t: 'presence';
  state: PresenceState;
  until?: number;
}
export interface Ping {
  t: 'ping';
  n: number;
}
export interface PongOut {
  t: 'pong';
  n: number;
}
export interface Auth {
  t: 'auth';
  token: string;
}
export interface Bye {
  t: 'bye';
  why: string;
}
export type ClientFrame =
  | Hello
  | Pub
  | SyncFeed
  | SyncConversation
  | Got
  | Read
  | TypingOut
  | Watch
  | PresenceOut
  | Ping
  | PongOut
  | Auth
  | Bye;

export interface FeedPosition {
  cur: number;
  head: number;
  resumed: boolean;
}
export interface Limits {
  /** Bytes of an inbound frame. */
  bytes: number;
  /** Code points of `body.text`. */
  text: number;
  /** `pub`s per 10 s. */
  rate: number;
  /** Unanswered `pub`s per device. */
  window: number;
  /** Rows of one `page`. */
  page: number;
}
export interface Welcome {
  t: 'welcome';
  sid: string;
  user: string;
  rt: string;
  epoch: string;
  feeds?: Record<string, FeedPosition>;
  conv?: string;
  now: number;
  hb: { ms: number; timeout: number };
  lim: Limits;
}
export interface Ack {
  t: 'ack';
  re?: string;
  mid: string;
  conv: string;
  seq: number;
  ts: number;
  dup: boolean;
  cur?: number;
  prev?: number;
  body?: Body;
}
export interface Evt extends Entry {
  t: 'evt';
}
export interface Page {
  t: 'page';
  re: string;
  items: Entry[];
  next: number;
  more: boolean;
  head: number;
}
export interface TypingIn {
  t: 'typing';
  conv: string;
  on: boolean;
  text?: string;
  from: Author;
}
export interface PresenceIn {
  t: 'presence';
  user?: string;
  conv?: string;
  state: PresenceState;
  until?: number;
}
export interface Queue {
  t: 'queue';
  conv: string;
  position: number;
  wait_s?: number;
}
export interface Delta {
  t: 'delta';
  conv: string;
  mid: string;
  text: string;
  done: boolean;
}
export interface PongIn {
  t: 'pong';
  n: number;
  heads?: Record<string, number>;
  now: number;
}
export interface Lag {
  t: 'lag';
  feed?: string;
  head: number;
}
export interface Drain {
  t: 'drain';
  in: number;
  spread: number;
  url?: string;
}
export interface Err {
  t: 'err';
  re?: string;
  mid?: string;
  code: ErrorCode;
  msg: string;
  retry?: number;
  next?: string;
  now?: number;
}
export type ServerFrame =
  | Welcome
  | Ack
  | Evt
  | Page
  | TypingIn
  | PresenceIn
  | Queue
  | Delta
  | Ping
  | PongIn
  | Lag
  | Drain
  | Err
  | Bye;

/** Reads one frame; undefined for what is no JSON object with a `t`. Unknown `t`s pass: their readers ignore them. */
export function decodeFrame(text: string): ServerFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return typeof (value as { t?: unknown }).t === 'string' ? (value as ServerFrame) : undefined;
}

/** The signed set that opens a first connection; each of its members is a query parameter. */
export interface ConnectSet {
  site: string;
  role: string;
  user: string;
  ts: number | string;
  nonce: string;
  kid: string;
  sig: string;
}
