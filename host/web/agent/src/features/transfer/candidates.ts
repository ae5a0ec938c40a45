// Whom the transfer dialog offers, in which order.
import type { Agent } from '../../model.js';

const RANK = { online: 0, busy: 1, away: 2, offline: 3 } as const;

/** Everybody who is there, except oneself and who has the chat already; the least busy first. Who is offline can't take anything. */
export function candidates(agents: readonly Agent[], me: string, assignee: string | null): Agent[] {
  return agents
    .filter((a) => a.state !== 'offline' && a.id !== me && a.id !== assignee)
    .sort((a, b) => RANK[a.state] - RANK[b.state] || load(a) - load(b) || a.name.localeCompare(b.name));
}

function load(agent: Agent): number {
  return agent.capacity > 0 ? agent.open / agent.capacity : agent.open;
}
