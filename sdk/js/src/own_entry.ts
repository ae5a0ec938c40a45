// An `ack` is the sender's own feed entry; this makes the entry out of it and of what was sent.
import type { Ack, Entry } from './frames.js';
import type { OutboxItem } from './outbox_store.js';

/** `user` is the sender's public id. Role and name stay empty: a client knows its own. */
export function readAck(ack: Ack, item: OutboxItem, user: string): Entry {
  return {
    conv: ack.conv,
    seq: ack.seq,
    kind: item.kind,
    from: { role: '', id: user, name: '' },
    mid: ack.mid,
    body: ack.body ?? item.body,
    ts: ack.ts,
    ...(item.reply === undefined ? {} : { reply: item.reply }),
    ...(ack.cur === undefined ? {} : { cur: ack.cur }),
    ...(ack.prev === undefined ? {} : { prev: ack.prev }),
  };
}
