// The parts of a browser that tabs share, in memory and driven by the test's timers.
import type { Channel, Locks } from '../src/tabs.js';

/** BroadcastChannels of one origin. A channel whose tab is `frozen` neither hears nor answers. */
export class ChannelHub {
  readonly #channels = new Set<FakeChannel>();
  readonly frozen = new Set<Channel>();

  readonly open = (name: string): Channel => {
    const channel = new FakeChannel(name, this);
    this.#channels.add(channel);
    return channel;
  };
  send(from: FakeChannel, data: unknown): void {
    const copy: unknown = structuredClone(data);
    for (const channel of this.#channels) {
      if (channel === from || channel.name !== from.name || this.frozen.has(from)) continue;
      queueMicrotask(() => {
        if (this.#channels.has(channel) && !this.frozen.has(channel)) channel.onmessage?.({ data: copy });
      });
    }
  }
  remove(channel: FakeChannel): void {
    this.#channels.delete(channel);
  }
}

class FakeChannel implements Channel {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly name: string;
  readonly #hub: ChannelHub;
  constructor(name: string, hub: ChannelHub) {
    this.name = name;
    this.#hub = hub;
  }
  postMessage(data: unknown): void {
    this.#hub.send(this, data);
  }
  close(): void {
    this.#hub.remove(this);
  }
}

interface Holder {
  hold: () => Promise<void>;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  steal: boolean;
}

/** One exclusive lock per name, with abort and steal as Web Locks have them. */
export class FakeLocks implements Locks {
  #held: Holder | undefined;
  #waiting: Holder[] = [];

  request(_name: string, options: { signal?: AbortSignal; steal?: boolean }, hold: () => Promise<void>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const holder: Holder = { hold, resolve, reject, steal: options.steal === true };
      options.signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((other) => other !== holder);
        if (this.#held !== holder) reject(new Error('AbortError'));
      });
      if (holder.steal) {
        this.#held?.reject(new Error('AbortError'));
        this.#held = undefined;
        this.#waiting.unshift(holder);
      } else this.#waiting.push(holder);
      queueMicrotask(() => this.#grant());
    });
  }

  #grant(): void {
    if (this.#held || this.#waiting.length === 0) return;
    const holder = (this.#held = this.#waiting.shift()!);
    void holder.hold().then(() => {
      if (this.#held !== holder) return;
      this.#held = undefined;
      holder.resolve(undefined);
      this.#grant();
    });
  }
}
