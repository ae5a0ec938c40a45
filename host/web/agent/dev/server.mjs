// A stand-in for the host while the workspace is worked on: the built page under the real Content-Security-Policy, the
// REST calls and hotdesk.v1 over WSS, all from memory. `npm run build && npm run mock`; sign in as lin / hotdesk.
// POST /__dev {"do": …} makes things happen: say, typing, mark, wait, drop, down, up, presence.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { rest } from './rest.mjs';
import { seed } from './seed.mjs';
import { accept } from './websocket.mjs';
import { Wire } from './wire.mjs';
import { World } from './world.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

export async function startMock({ port = 0, empty = false } = {}) {
  const world = new World();
  const seeded = empty ? {} : seed(world);
  const wire = new Wire(world);
  const state = { down: false, sessions: new Map(), tries: 5 };

  const folder = mkdtempSync(join(tmpdir(), 'hotdesk-mock-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', join(folder, 'key'), '-out', join(folder, 'crt')], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'crt')) }, (request, response) => void handle(request, response));

  async function handle(request, response) {
    const url = new URL(request.url, 'https://localhost');
    if (url.pathname === '/__dev') {
      const body = JSON.parse(await text(request));
      const result = act(body);
      return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result ?? {}));
    }
    if (state.down) return void request.socket.destroy();
    if (url.pathname.startsWith('/api/')) return rest({ request, response, url, body: await text(request), world, wire, state });
    if (url.pathname.startsWith('/agent')) return file(url.pathname, request, response);
    response.writeHead(404).end();
  }

  function file(path, request, response) {
    const name = normalize(path.slice('/agent'.length)).replace(/^\/+/, '') || 'index.html';
    const csp = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self' wss://${request.headers.host}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vue dompurify`;
    try {
      const bytes = readFileSync(join(dist, name));
      response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'content-security-policy': csp, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  function act(body) {
    const find = (name) => world.conversations.find((c) => c.visitor.name === name || c.id === name);
    const c = body.conv ? find(body.conv) : undefined;
    switch (body.do) {
      case 'say': return void world.commit(c, { kind: body.kind ?? 'text', from: body.kind === 'note' ? world.author(world.agents[1]) : world.author(c.visitor), body: { text: body.text }, mid: randomUUID() });
      case 'typing': return void wire.broadcast(c.assignee?.id, { t: 'typing', conv: c.id, on: body.on ?? true, ...(body.text ? { text: body.text } : {}), from: world.author(c.visitor) });
      case 'mark': return void world.mark(c, body.kind, body.seq ?? c.entries.length);
      case 'wait': {
        const made = world.open({ name: body.name ?? '', text: body.text ?? '你好', ago: 0, assignee: null });
        return void world.queue(made, 'waiting');
      }
      case 'presence': return void wire.broadcast(null, { t: 'presence', user: c ? c.visitor.id : world.agents[1].id, state: body.state });
      case 'drop': return void wire.drop(body.code);
      case 'down':
        state.down = true;
        return void wire.drop();
      case 'up': return void (state.down = false);
      case 'refuse': return void (wire.refuse = body.code ?? '');
      case 'mute': return void (wire.mute = body.on ?? true);
      case 'ids': return Object.fromEntries(world.conversations.map((x) => [x.visitor.name || x.id, x.id]));
      default: throw new Error(`unknown: ${body.do}`);
    }
  }

  server.on('upgrade', (request, socket) => {
    const url = new URL(request.url, 'https://localhost');
    if (state.down || url.pathname !== '/ws') return void socket.destroy();
    wire.join((on) => accept(request, socket, on));
  });

  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = `https://localhost:${server.address().port}`;
  return { address, world, wire, state, seeded, act, close: () => { wire.drop(); server.close(); server.closeAllConnections(); } };
}

async function text(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { address } = await startMock({ port: Number(process.env.PORT ?? 8443) });
  console.log(`${address}/agent/  (lin / hotdesk)`);
}
