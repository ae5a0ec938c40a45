import { describe, expect, it } from 'vitest';
import type { Agent } from '../../model.js';
import { candidates } from './candidates.js';

const agent = (id: string, state: Agent['state'], open: number, capacity = 6): Agent => ({ id, name: id, role: 'agent', state, open, capacity });

describe('candidates', () => {
  it('offers who is there, least busy first, never oneself, the assignee or somebody offline', () => {
    const agents = [agent('me', 'online', 0), agent('full', 'online', 6), agent('free', 'online', 1), agent('away', 'away', 0), agent('off', 'offline', 0), agent('has', 'online', 2)];
    expect(candidates(agents, 'me', 'has').map((a) => a.id)).toEqual(['free', 'full', 'away']);
  });

  it('compares by share of capacity, not by number', () => {
    const agents = [agent('small', 'online', 2, 2), agent('big', 'online', 3, 10)];
    expect(candidates(agents, 'me', null).map((a) => a.id)).toEqual(['big', 'small']);
  });
});
