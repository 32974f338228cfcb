import type { MakeEngine } from '../engine.ts';
import { AgentRun } from './agent-run.ts';

/** Every viewer of the crowd, one by one, against the model of the backend. Exact, and linear in what the viewers do. */
export const makeAgents: MakeEngine = (scenario, window) => {
  const event = new AgentRun(scenario, window);
  return { name: 'agents', play: (seedHi, seedLo) => event.play(seedHi, seedLo) };
};
