import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeServer } from '../src/fake_server.js';
import { ProblemError } from '../src/problem.js';
import { Session, type Link } from '../src/session.js';
import type { ConnectSet, ServerFrame, Welcome } from '../src/frames.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

function make(options: { random?: number; mint?: () => Promise<ConnectSet> } = {}) {
  const server = new FakeServer();
  server.addUser('v', 'visitor', 'Vera');
  const links: Link[] = [];
  const welcomes: Welcome[] = [];
  const frames: ServerFrame[] = [];
  const mint = vi.fn(options.mint ?? (() => Promise.resolve(server.connectSet('v'))));
  const session = new Session({
    endpoint: 'wss://host/ws',
    dev: 'd1',
    mint,
    resume: () => undefined,
    onLink: (link) => links.push(link),
    onWelcome: (welcome) => welcomes.push(welcome),
    onFrame: (frame) => frames.push(frame),
    open: server.open,
    random: () => options.random ?? 1,
  });
  return { server, session, links, welcomes, frames, mint };
}

const problem = (status: number, extra = {}) =>
  new ProblemError({ status, code: 'E_X', title: 'no', detail: 'because', errors: [], ...extra });

describe('session', () => {
  it('connects with a signed set in the query and reconnects with the token in the subprotocol, never in the URL', async () => {
    const { server, session, mint } = make();
    session.start();
    await settle();
    expect(session.link.kind).toBe('live');
    expect(server.requests[0]!.url).toContain('sig=sig');
    expect(server.requests[0]!.protocols).toEqual(['hotdesk.v1']);
    const rt = session.rt!;
    server.drop(1006);
    await settle();
    await vi.advanceTimersByTimeAsync(500);
    expect(session.link.kind).toBe('live');
    expect(server.requests[1]).toEqual({ url: 'wss://host/ws', protocols: ['hotdesk.v1', `hotdesk.rt.${rt}`] });
    expect(mint).toHaveBeenCalledTimes(1);
  });

  it('doubles its window up to the cap, and starts over after a minute of stability', async () => {
    const { server, session, links } = make();
    session.start();
    await settle();
    server.drop(4001);
    await settle();
    server.refusing = true;
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      const link = session.link;
      if (link.kind !== 'waiting') throw new Error(link.kind);
      waits.push(link.until - Date.now());
      await vi.advanceTimersByTimeAsync(link.until - Date.now());
      await settle();
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    server.refusing = false;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(session.link.kind).toBe('live');
    server.drop(1006); // short-lived: the window stays
    await settle();
    expect(session.link).toMatchObject({ kind: 'waiting', until: Date.now() + 30_000 });
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.advanceTimersByTimeAsync(61_000);
    server.drop(1006);
    await settle();
    expect(session.link).toMatchObject({ kind: 'waiting', until: Date.now() + 500 });
    expect(links.length).toBeGreaterThan(20);
  });

  it('asks the minting call why an upgrade failed, uses its set next, and shows the reason', async () => {
    let answer: () => Promise<ConnectSet>;
    const { server, session, mint } = make({ mint: () => answer() });
    answer = () => Promise.resolve(server.connectSet('v'));
    session.start();
    await settle();
    server.drop(1006);
    server.refusing = true;
    answer = () => Promise.reject(problem(503, { retryAfter: 7 }));
    await vi.advanceTimersByTimeAsync(500);
    expect(session.link).toMatchObject({ kind: 'waiting', problem: { status: 503, detail: 'because' }, until: Date.now() + 7000 });
    answer = () => Promise.resolve(server.connectSet('v'));
    await vi.advanceTimersByTimeAsync(7000); // by token, refused again, minted
    expect(mint).toHaveBeenCalledTimes(3);
    server.refusing = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(session.link.kind).toBe('live');
    expect(server.requests.at(-1)!.url).toContain('nonce=');
  });

  it('tries the token again only when the minting call got no answer either', async () => {
    let answer: () => Promise<ConnectSet>;
    const { server, session } = make({ mint: () => answer() });
    answer = () => Promise.resolve(server.connectSet('v'));
    session.start();
    await settle();
    const rt = session.rt!;
    server.drop(1006);
    server.refusing = true;
    answer = () => Promise.reject(new TypeError('offline'));
    await vi.advanceTimersByTimeAsync(500);
    expect(session.link).toMatchObject({ kind: 'waiting', problem: { status: 0 } });
    server.refusing = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.requests.at(-1)!.protocols[1]).toBe(`hotdesk.rt.${rt}`);
    expect(session.link.kind).toBe('live');
  });

  it.each([401, 403, 404])('stops on %i from the minting call and says so', async (status) => {
    const { session } = make({ mint: () => Promise.reject(problem(status)) });
    session.start();
    await settle();
    expect(session.link).toMatchObject({ kind: 'stopped', code: 0, problem: { status } });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(session.link.kind).toBe('stopped');
  });

  it.each([4000, 4001, 4002, 4003, 4004, 1001, 1006, 1011, 4999])('resumes after close %i', async (code) => {
    const { server, session } = make({ random: 0.5 });
    session.start();
    await settle();
    server.drop(code);
    await vi.advanceTimersByTimeAsync(250);
    expect(session.link.kind).toBe('live');
    expect(server.requests[1]!.protocols).toHaveLength(2);
  });

  it.each([4100, 4101])('connects afresh after close %i', async (code) => {
    const { server, session, mint } = make();
    session.start();
    await settle();
    server.drop(code);
    await vi.advanceTimersByTimeAsync(500);
    expect(session.link.kind).toBe('live');
    expect(mint).toHaveBeenCalledTimes(2);
    expect(server.requests[1]!.protocols).toEqual(['hotdesk.v1']);
  });

  it.each([1000, 1002, 1003, 1007, 1009, 4200, 4201, 4202, 4203, 4204])('stops after close %i until a person acts', async (code) => {
    const { server, session } = make();
    session.start();
    await settle();
    server.drop(code);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(session.link).toMatchObject({ kind: 'stopped', code });
    session.nudge(); // `online` is no person
    await settle();
    expect(session.link.kind).toBe('stopped');
    session.kick();
    await settle();
    expect(session.link.kind).toBe('live');
  });

  it('waits for a person after it was superseded', async () => {
    const { server, session } = make();
    session.start();
    await settle();
    server.drop(4010);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(session.link.kind).toBe('superseded');
    session.kick();
    await settle();
    expect(session.link.kind).toBe('live');
  });

  it('tries at once when the browser is back online', async () => {
    const { server, session } = make();
    session.start();
    await settle();
    server.drop(1006);
    await settle();
    expect(session.link.kind).toBe('waiting');
    session.nudge();
    await settle();
    expect(session.link.kind).toBe('live');
  });

  it('answers pings from the message handler', async () => {
    const { server, session } = make();
    session.start();
    await settle();
    server.broadcast({ t: 'ping', n: 41 });
    await Promise.resolve();
    await Promise.resolve();
    expect(server.received.at(-1)).toEqual({ t: 'pong', n: 41 });
  });

  it('pings a silent server, is stale after two missed heartbeats, and gives the socket up in the end', async () => {
    const { server, session } = make();
    session.start();
    await settle();
    server.mute = true;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(server.received.at(-1)).toMatchObject({ t: 'ping' });
    expect(session.link.kind).toBe('live');
    await vi.advanceTimersByTimeAsync(30_000);
    expect(session.link.kind).toBe('stale');
    server.mute = false;
    server.broadcast({ t: 'pong', n: 1, now: 0 });
    await settle();
    expect(session.link.kind).toBe('live');
    server.mute = true;
    await vi.advanceTimersByTimeAsync(92_000);
    expect(server.requests.length).toBeGreaterThan(1);
  });

  it('finds a dead socket within seconds when it is asked to', async () => {
    const { server, session } = make();
    session.start();
    await settle();
    server.mute = true;
    session.probe();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(session.link.kind).toBe('live');
    await vi.advanceTimersByTimeAsync(1);
    expect(session.link.kind).toBe('waiting');
  });

  it('moves over on drain before it lets go, and takes the close of the old socket for what it is', async () => {
    const { server, session, links, welcomes } = make({ random: 0.5 });
    session.start();
    await settle();
    server.broadcast({ t: 'drain', in: 1000, spread: 2000 });
    await vi.advanceTimersByTimeAsync(1999);
    expect(server.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    await settle();
    expect(server.requests).toHaveLength(2);
    expect(welcomes).toHaveLength(2);
    expect(server.connections).toBe(1);
    expect(links.map((link) => link.kind)).toEqual(['connecting', 'live', 'live']);
  });

  it('stops on E_VERSION', async () => {
    const { server, session } = make();
    session.start();
    await settle();
    server.broadcast({ t: 'err', code: 'E_VERSION', msg: 'too old' });
    await settle();
    expect(session.link).toMatchObject({ kind: 'stopped', code: 4202, reason: 'too old' });
  });
});
