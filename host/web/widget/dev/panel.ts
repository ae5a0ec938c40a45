// The real panel over the client's server in memory, with an agent who answers.
import '@hotdesk/ui/tokens.css';
import '../src/panel/panel.css';
import { FakeServer } from '@hotdesk/client/fake';
import { mountPanel } from '../src/panel/mount.js';

const server = new FakeServer({ autoAssign: 'lin' });
server.addUser('visitor', 'visitor', 'Yutong');
server.addUser('lin', 'agent', '林晓');
const conversation = server.conversationOf('visitor');

let answered = 0;
setInterval(() => {
  const entries = server.conversations.get(conversation)?.entries ?? [];
  const asked = entries.filter((entry) => entry.from?.id === 'visitor').length;
  if (asked <= answered) return;
  answered = asked;
  const from = { role: 'agent', id: 'lin', name: '林晓' };
  setTimeout(() => server.readMark('lin', conversation, entries.length, 'delivered'), 300);
  setTimeout(() => server.readMark('lin', conversation, entries.length), 900);
  setTimeout(() => server.broadcast({ t: 'typing', conv: conversation, on: true, from }), 1200);
  setTimeout(() => server.say('lin', conversation, `收到第 ${asked} 条 · got message ${asked}`), 3000);
}, 200);

const widget = { title: 'Ridgeline Coffee', reply_time: 'in 2 minutes', team: [{ name: '林晓' }, { name: 'Mo Chen' }, { name: '周宁' }], quick: ['Does the kettle work on induction?', '收到破损怎么换？'] };
const answer = (body: unknown): Response => new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });

mountPanel(document.getElementById('app')!, {
  site: 'demo',
  open: server.open,
  fetch: ((url: string) =>
    Promise.resolve(url.endsWith('/visitor/session') ? answer({ token: 't', user: 'visitor', conversation, connect: server.connectSet('visitor'), widget }) : answer({}))) as typeof fetch,
});
