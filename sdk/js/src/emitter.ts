// A typed event source. A handler that throws is reported and doesn't keep the others from hearing.

export type Unsubscribe = () => void;

export class Emitter<Events extends object> {
  readonly #handlers = new Map<keyof Events, Set<(value: never) => void>>();

  on<K extends keyof Events>(name: K, handler: (value: Events[K]) => void): Unsubscribe {
    let set = this.#handlers.get(name);
    if (!set) this.#handlers.set(name, (set = new Set()));
    set.add(handler as (value: never) => void);
    return () => void set.delete(handler as (value: never) => void);
  }

  once<K extends keyof Events>(name: K, handler: (value: Events[K]) => void): Unsubscribe {
    const off = this.on(name, (value) => {
      off();
      handler(value);
    });
    return off;
  }

  emit<K extends keyof Events>(name: K, value: Events[K]): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) {
      try {
        (handler as (value: Events[K]) => void)(value);
      } catch (error) {
        reportError(error);
      }
    }
  }
}

// `reportError` of browsers puts it on the console and into window.onerror; Node has none.
function reportError(error: unknown): void {
  const report = (globalThis as { reportError?: (e: unknown) => void }).reportError;
  if (report) report(error);
  else console.error(error);
}
