// hotdesk.v1 against the shop in memory: welcome, resume, pub and ack, sync, marks, typing, presence, heartbeats.
import { randomUUID } from 'node:crypto';

const LIM = { bytes: 65_536, text: 10_000, rate: 60, window: 16, page: 100 };

export class Wire {
  sockets = new Set();
  /** Code that answers the next `pub`s for good; empty: none. */
  refuse = '';
  /** Read everything, answer nothing. */
  mute = false;

  constructor(world) {
    this.world = world;
    world.push = (user, frame, mid) => this.broadcast(user, frame, mid);
  }

  join(accept) {
    const client = { user: this.world.me, ready: false, own: new Set() };
    client.socket = accept({ text: (text) => this.read(client, JSON.parse(text)), close: () => this.sockets.delete(client) });
    this.sockets.add(client);
  }

  broadcast(user, frame, mid) {
    for (const client of this.sockets) {
      if (!client.ready || this.mute || (user !== null && client.user.id !== user) || (mid && client.own.has(mid))) continue;
      client.socket.send(frame);
    }
  }

  drop(code) {
    for (const client of this.sockets) client.socket.close(code);
    this.sockets.clear();
  }

  read(client, frame) {
    if (this.mute) return;
    const { world } = this;
    const { socket, user } = client;
    const queue = `q:${world.department.id}`;
    switch (frame.t) {
      case 'hello': {
        const resume = frame.resume?.epoch === world.epoch ? frame.resume.feeds : {};
        const feeds = {};
        for (const [name, key] of [['u', user.id], [queue, queue]]) {
          const head = world.feed(key).length;
          const resumed = Number.isInteger(resume[name]) && resume[name] <= head;
          feeds[name] = { cur: resumed ? resume[name] : head, head, resumed };
        }
        socket.send({ t: 'welcome', sid: randomUUID(), user: user.id, rt: randomUUID().replaceAll('-', ''), epoch: world.epoch, feeds, now: Date.now(), hb: { ms: 25_000, timeout: 60_000 }, lim: LIM });
        client.ready = true;
        for (const [name, key] of [['u', user.id], [queue, queue]]) for (const row of world.feed(key).slice(feeds[name].cur)) socket.send({ t: 'evt', ...row });
        return;
      }
      case 'pub': {
        const c = world.conversations.find((other) => other.id === frame.conv);
        const known = c?.entries.find((e) => e.mid === frame.mid);
        if (known) return socket.send({ t: 'ack', mid: frame.mid, conv: c.id, seq: known.seq, ts: known.ts, dup: true });
        const code = this.refuse || (!c || c.assignee !== user ? 'E_FORBIDDEN' : c.status === 'closed' ? 'E_CONV_CLOSED' : '');
        if (code) return socket.send({ t: 'err', mid: frame.mid, code, msg: code });
        client.own.add(frame.mid);
        const { entry, own } = world.commit(c, { kind: frame.kind, from: world.author(user), body: frame.body, mid: frame.mid });
        return socket.send({ t: 'ack', mid: frame.mid, conv: c.id, seq: entry.seq, ts: entry.ts, dup: false, cur: own.cur, prev: own.prev });
      }
      case 'sync': {
        if (frame.conv) {
          const all = world.conversations.find((c) => c.id === frame.conv)?.entries ?? [];
          const rows = frame.after === undefined ? all.filter((e) => e.seq < frame.before).slice(-frame.max) : all.filter((e) => e.seq > frame.after).slice(0, frame.max);
          const next = (frame.after === undefined ? rows[0] : rows[rows.length - 1])?.seq ?? frame.after ?? frame.before;
          return socket.send({ t: 'page', re: frame.id, items: rows, next, more: false, head: all.length });
        }
        const rows = world.feed((frame.feed ?? 'u') === 'u' ? user.id : frame.feed);
        const items = rows.slice(frame.cur, frame.cur + frame.max);
        return socket.send({ t: 'page', re: frame.id, items, next: frame.cur + items.length, more: rows.length > frame.cur + items.length, head: rows.length });
      }
      case 'read': {
        const c = world.conversations.find((other) => other.id === frame.conv);
        if (c) c.reads.set(user.id, Math.max(c.reads.get(user.id) ?? 0, frame.seq));
        return;
      }
      case 'presence':
        user.state = frame.state;
        return this.broadcast(null, { t: 'presence', user: user.id, state: frame.state });
      case 'ping':
        return socket.send({ t: 'pong', n: frame.n, heads: { u: world.feed(user.id).length, [queue]: world.feed(queue).length }, now: Date.now() });
      default:
    }
  }
}
