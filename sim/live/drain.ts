import type { CompiledScenario } from '../crowd/compiled.ts';

/** Every request has its answer or its time-out by then. */
export function drainAtMostMs({ personas }: CompiledScenario): number {
  return Math.max(...personas.map((persona) => persona.timeoutMs)) + 500;
}
