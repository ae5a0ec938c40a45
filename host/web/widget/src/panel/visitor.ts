// Who this visitor is: the token that names them, kept for the next page, and the call that renews everything.
import { ProblemError, Rest, visitorApi, type ConnectSet, type KeyValue, type PageInfo, type VisitorSession, type WidgetSettings } from '@hotdesk/client';
import type { VisitorInfo } from '../shared/messages.js';

interface Kept {
  token: string;
  user: string;
  conversation: string;
  widget: WidgetSettings;
}

/** A signed set is accepted for 300 s; one that is kept longer than this is minted anew. */
const SET_FRESH_MS = 120_000;

export class Visitor {
  readonly site: string;
  readonly #api: ReturnType<typeof visitorApi>;
  readonly #key: string;
  readonly #storage: KeyValue;
  #kept: Kept | undefined;
  #set: { connect: ConnectSet; at: number } | undefined;
  page: PageInfo | undefined;
  who: { visitor?: VisitorInfo; identity?: string } = {};

  constructor(site: string, storage: KeyValue, fetcher?: typeof fetch) {
    this.site = site;
    this.#storage = storage;
    this.#key = `hotdesk.visitor.${site}`;
    this.#api = visitorApi(new Rest({ token: () => this.#kept?.token, ...(fetcher ? { fetch: fetcher } : {}) }));
    this.recall();
  }

  /** Looks at the storage again. */
  recall(): void {
    this.#kept ??= this.#load();
  }

  /** From this visit or an earlier one. */
  get kept(): Kept | undefined {
    return this.#kept;
  }

  /** Throws ProblemError. */
  async session(): Promise<Kept> {
    const answer = await this.#ask();
    const { token, user, conversation, widget, connect } = answer;
    this.#set = { connect, at: Date.now() };
    this.#kept = { token, user, conversation, widget: widget ?? {} };
    this.#save();
    return this.#kept;
  }

  /** For the client. Each set is used once. */
  async mint(): Promise<ConnectSet> {
    if (!this.#set || Date.now() - this.#set.at > SET_FRESH_MS) await this.session();
    const { connect } = this.#set!;
    this.#set = undefined;
    return connect;
  }

  reportPage(page: PageInfo): void {
    this.page = page;
    // a trail with a hole is no reason to trouble anybody
    if (this.#kept) void this.#api.page(page).catch(() => undefined);
  }
  rate(conversation: string, score: number, comment: string): Promise<unknown> {
    return this.#api.rate(conversation, score, comment);
  }
  close(conversation: string): Promise<unknown> {
    return this.#api.close(conversation);
  }

  async #ask(): Promise<VisitorSession> {
    const { visitor, identity } = this.who;
    const request = {
      site: this.site,
      ...(this.page ? { page: this.page } : {}),
      ...(visitor && Object.keys(visitor).length > 0 ? { visitor } : {}),
      ...(identity === undefined ? {} : { identity }),
    };
    try {
      return await this.#api.session(request);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 401 || !this.#kept) throw error;
      // the token has ended: whoever comes without one is a new visitor
      this.#kept = undefined;
      return this.#api.session(request);
    }
  }

  #load(): Kept | undefined {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#key) ?? 'null') as Partial<Kept> | null;
      return kept && typeof kept.token === 'string' && typeof kept.user === 'string' && typeof kept.conversation === 'string'
        ? { token: kept.token, user: kept.user, conversation: kept.conversation, widget: kept.widget ?? {} }
        : undefined;
    } catch {
      return undefined;
    }
  }
  #save(): void {
    try {
      this.#storage.setItem(this.#key, JSON.stringify(this.#kept));
    } catch {
      // storage is forbidden: known for as long as the page lives
    }
  }
}
