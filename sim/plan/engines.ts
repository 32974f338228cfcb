import type { EngineName } from '../plan-result.ts';
import type { MakeEngine } from './engine.ts';

/** What `job.ts` takes out of the module that knows the engines. */
export interface EngineModule {
  loadEngine(name: EngineName): Promise<MakeEngine>;
}

/** Where this module lies: workers load it for themselves. */
export const ENGINES_URL = import.meta.url;

/** Loaded when it is wanted: nobody needs both. */
export async function loadEngine(name: EngineName): Promise<MakeEngine> {
  if (name === 'agents') return (await import('./agents/agents.ts')).makeAgents;
  return (await import('./cohorts/cohorts.ts')).makeCohorts;
}
