/** What the model world says of a run: how the event stands when the window begins, and what is to be expected of it. */

import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import type { WarmStart } from '../../sim/crowd/warm-start.ts';
import { planWindow } from '../../sim/plan/planned-window.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import type { PlannedWindow } from '../../sim/result.ts';
import type { ResultOptions } from './result-options.ts';
import type { Window } from './window.ts';

/** A run does not break a real backend: neither do the model worlds that it begins from and is held against. */
export function withoutOutages(compiled: CompiledScenario): CompiledScenario {
  return { ...compiled, backend: { ...compiled.backend, outages: [] } };
}

export function warmStartOf(compiled: CompiledScenario, atMs: number): WarmStart {
  return warmStart(withoutOutages(compiled), atMs);
}

/** What the model world expects of the window, unless nobody wants to know. */
export async function planned(
  compiled: CompiledScenario,
  { fromMs, forMs }: Window,
  { plan }: Pick<ResultOptions, 'plan'>,
  stop: AbortSignal,
  tell: (line: string) => void,
): Promise<PlannedWindow | null> {
  if (!plan) return null;
  tell('planning the window: what the model world expects of it');
  try {
    return await planWindow(withoutOutages(compiled), { fromMs, untilMs: fromMs + forMs }, stop);
  } catch (error) {
    // The run is what was asked for; it can do without.
    tell(`the window could not be planned: ${(error as Error).message}`);
    return null;
  }
}
