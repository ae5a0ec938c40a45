// Everything the panel's views draw and do, over the client. One per document.
import { computed, inject, reactive, shallowRef, type ComputedRef, type InjectionKey, type ShallowRef } from 'vue';
import { Client, ProblemError, isMessage, type Conversation, type KeyValue, type Link, type OpenTransport, type TimelineItem, type Typist, type WidgetSettings } from '@hotdesk/client';
import type { PageInfo, ToLoader } from '../shared/messages.js';
import { Visitor } from './visitor.js';
import { useLinkBar, type LinkBar } from './link_bar.js';

export interface ChatOptions {
  site: string;
  storage: KeyValue;
  post(message: ToLoader): void;
  fetch?: typeof fetch;
  open?: OpenTransport;
  endpoint?: string;
}

export interface ChatState {
  view: 'home' | 'chat';
  /** The panel is on screen. */
  shown: boolean;
  /** Why this page may not use the chat; nothing else works then. */
  refused: string | undefined;
  /** The first page of history has not come yet. */
  loading: boolean;
  queue: number | undefined;
  /** Text a page put into the composer. */
  prefill: string;
  /** The person wants to go on in a closed chat: what belongs to its end steps aside. */
  goingOn: boolean;
}

export interface Chat {
  readonly state: ChatState;
  readonly settings: ShallowRef<WidgetSettings>;
  readonly items: ShallowRef<readonly TimelineItem[]>;
  readonly conversation: ShallowRef<Conversation | undefined>;
  readonly typists: ShallowRef<readonly Typist[]>;
  /** What a machine has written so far of its answer. */
  readonly draft: ComputedRef<string>;
  readonly link: ShallowRef<Link>;
  readonly bar: ComputedRef<LinkBar | undefined>;
  readonly status: ComputedRef<Conversation['status']>;
  readonly assignee: ComputedRef<{ id: string; name: string } | undefined>;
  readonly unread: ComputedRef<number>;
  readonly visitorId: ShallowRef<string | undefined>;
  start(): Promise<void>;
  stop(): void;
  send(text: string): Promise<void>;
  retry(item: TimelineItem): void;
  remove(item: TimelineItem): void;
  typing(on: boolean): void;
  older(): Promise<void>;
  readAll(): void;
  tryNow(): void;
  rate(score: number, comment: string): Promise<void>;
  end(): Promise<void>;
  startNew(): Promise<void>;
  /** `report`: tell the server now. */
  setPage(page: PageInfo, report: boolean): void;
  identify(visitor: Visitor['who']): Promise<void>;
}

const KEY: InjectionKey<Chat> = Symbol('chat');
export const chatKey = KEY;
export function useChat(): Chat {
  return inject(KEY)!;
}

const RETRY_CAP_MS = 30_000;

export function createChat(options: ChatOptions): Chat {
  const visitor = new Visitor(options.site, options.storage, options.fetch);
  const state = reactive<ChatState>({ view: 'home', shown: false, refused: undefined, loading: false, queue: undefined, prefill: '', goingOn: false });
  const settings = shallowRef<WidgetSettings>(visitor.kept?.widget ?? {});
  const conversation = shallowRef<Conversation>();
  const items = shallowRef<readonly TimelineItem[]>([]);
  const typists = shallowRef<readonly Typist[]>([]);
  const link = shallowRef<Link>({ kind: 'idle' });
  const visitorId = shallowRef<string>();
  // bumped with every change of the conversation, which is no reactive object itself
  const version = shallowRef(0);
  /** Written before the first session answered: there is no conversation to send them to yet. */
  const early = shallowRef<TimelineItem[]>([]);
  const growing = shallowRef<{ mid: string; text: string }>();
  const draft = computed(() => growing.value?.text ?? '');
  let client: Client | undefined;
  let stopped = false;

  const bar = useLinkBar(link, () => client !== undefined || early.value.length > 0);
  const about = <T>(read: (c: Conversation) => T, fallback: T): ComputedRef<T> =>
    computed(() => (version.value, conversation.value ? read(conversation.value) : fallback));
  const status = about((c) => c.status, 'new');
  const assignee = about<{ id: string; name: string } | undefined>((c) => c.assignee, undefined);
  const unread = about((c) => c.unread, 0);

  function redraw(): void {
    items.value = [...(conversation.value?.items ?? []), ...early.value];
    typists.value = conversation.value?.typists ?? [];
    version.value++;
    // the whole answer replaces what grew of it; where a person takes over, none follows
    const mid = growing.value?.mid;
    if (mid !== undefined && (status.value === 'waiting' || status.value === 'open' || items.value.some((item) => item.mid === mid))) growing.value = undefined;
    if (status.value !== 'waiting') state.queue = undefined;
    if (status.value !== 'closed') state.goingOn = false;
  }

  function adopt(id: string): void {
    if (!client || conversation.value?.id === id) return;
    conversation.value = client.conversation(id);
    growing.value = undefined;
    redraw();
    load(id);
  }

  function load(id: string): void {
    state.loading = true;
    client!
      .open(id)
      // a conversation that has no row yet is refused: it is simply empty
      .catch(() => undefined)
      .finally(() => {
        if (conversation.value?.id === id) state.loading = false;
      });
  }

  function run(user: string, first: string): void {
    client?.stop();
    visitorId.value = user;
    client = new Client({
      scope: `visitor:${options.site}:${user}`,
      role: 'visitor',
      storage: options.storage,
      mint: async () => {
        const set = await visitor.mint();
        settings.value = visitor.kept!.widget;
        // a token that had ended made a new visitor of this one
        if (visitor.kept!.user !== user) queueMicrotask(() => run(visitor.kept!.user, visitor.kept!.conversation));
        return set;
      },
      ...(options.open ? { open: options.open } : {}),
      ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    });
    const mine = client;
    conversation.value = undefined;
    client.on('link', (now) => {
      link.value = now;
      if (now.kind === 'stopped' && now.problem && (now.problem.status === 403 || now.problem.status === 404)) refuse(now.problem.detail);
    });
    client.on('current', adopt);
    client.on('conversation', (changed) => {
      if (changed === conversation.value) redraw();
    });
    client.on('typing', ({ conv }) => {
      if (conv === conversation.value?.id) typists.value = conversation.value.typists;
    });
    client.on('delta', (frame) => {
      if (frame.conv !== conversation.value?.id || items.value.some((item) => item.mid === frame.mid)) return;
      const before = growing.value?.mid === frame.mid ? growing.value.text : '';
      growing.value = { mid: frame.mid, text: before + frame.text };
    });
    client.on('queue', (frame) => {
      if (frame.conv === conversation.value?.id) state.queue = frame.position;
    });
    client.on('entry', (entry) => {
      const tell = (name: string, data?: unknown): void => options.post({ t: 'event', name, data });
      const own = entry.from?.id === mine.identity?.user;
      if (isMessage(entry.kind)) tell(own ? 'message:sent' : 'message:received', { mid: entry.mid, text: entry.body['text'] });
      else if (entry.kind === 'opened') tell('conversation:started', { id: entry.conv });
      else if (entry.kind === 'closed') tell('conversation:closed', { id: entry.conv });
      else if (entry.kind === 'assigned') tell('agent:assigned', entry.body['assignee']);
    });
    client.on('failed', (item) => options.post({ t: 'event', name: 'message:failed', data: { mid: item.mid, code: item.failed?.code } }));
    adopt(first);
    void client.start().then(async () => {
      for (const item of early.value.splice(0)) await mine.sendText(conversation.value!.id, String(item.body['text']));
      redraw();
    });
  }

  function refuse(reason: string): void {
    state.refused = reason || options.site;
    options.post({ t: 'refused', reason: state.refused });
  }

  /** The first visit needs the server's word on who this is; it is asked until it answers. */
  async function firstSession(): Promise<void> {
    for (let wait = 500; !stopped; wait = Math.min(wait * 2, RETRY_CAP_MS)) {
      try {
        const { user, conversation: id, widget } = await visitor.session();
        settings.value = widget;
        return run(user, id);
      } catch (error) {
        const problem = error instanceof ProblemError ? error.problem : undefined;
        if (!problem) throw error;
        if (problem.status >= 400 && problem.status < 500 && problem.status !== 408 && problem.status !== 429) return refuse(problem.detail || problem.title);
        const delay = Math.max(Math.random() * wait, (problem.retryAfter ?? 0) * 1000);
        link.value = { kind: 'waiting', until: Date.now() + delay, attempt: 1, problem };
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, delay);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  }
  let wake: () => void = () => undefined;

  return {
    state,
    settings,
    items,
    conversation,
    typists,
    draft,
    link,
    bar,
    status,
    assignee,
    unread,
    visitorId,

    async start() {
      visitor.recall();
      if (visitor.kept) settings.value = visitor.kept.widget;
      if (visitor.kept) run(visitor.kept.user, visitor.kept.conversation);
      else await firstSession();
    },
    stop() {
      stopped = true;
      wake();
      client?.stop();
    },
    async send(text) {
      state.view = 'chat';
      if (client && conversation.value) await client.sendText(conversation.value.id, text);
      else {
        const n = early.value.length;
        early.value = [...early.value, { key: `early${n}`, kind: 'text', body: { text }, ts: Date.now(), mine: true, recalled: false, tick: 'waiting' }];
        redraw();
      }
    },
    retry: (item) => item.mid !== undefined && client?.retry(item.mid),
    remove: (item) => item.mid !== undefined && client?.remove(item.mid),
    typing: (on) => conversation.value && client?.typing(conversation.value.id, on),
    async older() {
      if (client && conversation.value) await client.loadOlder(conversation.value.id).catch(() => undefined);
    },
    readAll() {
      const c = conversation.value;
      if (c && c.unread > 0) client?.read(c.id, c.newest);
    },
    tryNow() {
      wake();
      client?.kick();
    },
    async rate(score, comment) {
      if (!conversation.value) return;
      await visitor.rate(conversation.value.id, score, comment);
      options.post({ t: 'event', name: 'survey:submitted', data: { score } });
    },
    async end() {
      if (conversation.value) await visitor.close(conversation.value.id);
    },
    async startNew() {
      state.goingOn = true;
      // closing it for good makes the server give the next one; where it doesn't, writing reopens this one
      try {
        if (conversation.value) await visitor.close(conversation.value.id);
      } catch {
        // closed already
      }
      try {
        const next = await visitor.session();
        adopt(next.conversation);
      } catch {
        // no connection: the next message decides
      }
    },
    setPage(page, report) {
      if (report) visitor.reportPage(page);
      else visitor.page = page;
    },
    async identify(who) {
      visitor.who = who;
      if (!client) return;
      const before = visitor.kept?.user;
      const now = await visitor.session();
      if (now.user !== before) run(now.user, now.conversation);
    },
  };
}
