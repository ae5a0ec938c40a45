// Where unsent messages wait. In a browser that is IndexedDB, shared by the tabs of one origin; elsewhere memory.
import type { Body, MessageKind } from './frames.js';

export interface OutboxItem {
  /** Order of writing, across tabs. Given by the store. */
  n: number;
  mid: string;
  conv: string;
  kind: MessageKind;
  body: Body;
  reply?: string;
  /** Milliseconds of this device's clock, for display. */
  created: number;
  /** Set by a terminal error: it waits for a person, who retries or deletes it. */
  failed?: { code: string; msg: string; next?: string };
}

export type NewOutboxItem = Omit<OutboxItem, 'n'>;

export interface OutboxStore {
  /** Other tabs of this origin see the same items. */
  readonly shared: boolean;
  /** Ascending by `n`. */
  all(): Promise<OutboxItem[]>;
  /** Resolves once the item is durable, as far as the store is. */
  add(item: NewOutboxItem): Promise<OutboxItem>;
  put(item: OutboxItem): Promise<void>;
  remove(n: number): Promise<void>;
  close(): void;
}

export class MemoryOutboxStore implements OutboxStore {
  readonly shared = false;
  readonly #items = new Map<number, OutboxItem>();
  #n = 0;

  all(): Promise<OutboxItem[]> {
    return Promise.resolve([...this.#items.values()].map((item) => ({ ...item })));
  }
  add(item: NewOutboxItem): Promise<OutboxItem> {
    const stored = { ...item, n: ++this.#n };
    this.#items.set(stored.n, stored);
    return Promise.resolve({ ...stored });
  }
  put(item: OutboxItem): Promise<void> {
    if (this.#items.has(item.n)) this.#items.set(item.n, { ...item });
    return Promise.resolve();
  }
  remove(n: number): Promise<void> {
    this.#items.delete(n);
    return Promise.resolve();
  }
  close(): void {}
}

const TABLE = 'outbox';

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('IndexedDB'));
  });
}

class IndexedDbOutboxStore implements OutboxStore {
  readonly shared = true;
  readonly #db: IDBDatabase;

  constructor(db: IDBDatabase) {
    this.#db = db;
    // another tab with a newer version of the page wants to upgrade the schema
    db.onversionchange = () => db.close();
  }

  #write(): IDBTransaction {
    return this.#db.transaction(TABLE, 'readwrite', { durability: 'strict' });
  }
  async all(): Promise<OutboxItem[]> {
    return answered(this.#db.transaction(TABLE).objectStore(TABLE).getAll() as IDBRequest<OutboxItem[]>);
  }
  async add(item: NewOutboxItem): Promise<OutboxItem> {
    const transaction = this.#write();
    const key = answered(transaction.objectStore(TABLE).add(item));
    await committed(transaction);
    return { ...item, n: Number(await key) };
  }
  async put(item: OutboxItem): Promise<void> {
    const transaction = this.#write();
    const store = transaction.objectStore(TABLE);
    // an item another tab has deleted meanwhile stays deleted
    const cursor = store.openCursor(item.n);
    cursor.onsuccess = () => cursor.result?.update(item);
    await committed(transaction);
  }
  async remove(n: number): Promise<void> {
    const transaction = this.#write();
    transaction.objectStore(TABLE).delete(n);
    await committed(transaction);
  }
  close(): void {
    this.#db.close();
  }
}

const OPEN_TIMEOUT_MS = 3_000;

/** Opens the persistent store of one scope. Falls back to memory where the browser has no IndexedDB, forbids it, or hangs over it. */
export async function openOutboxStore(scope: string): Promise<OutboxStore> {
  try {
    const request = indexedDB.open(`hotdesk:${scope}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: 'n', autoIncrement: true });
    const late = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('timeout')), OPEN_TIMEOUT_MS));
    return new IndexedDbOutboxStore(await Promise.race([answered(request), late]));
  } catch {
    return new MemoryOutboxStore();
  }
}
