import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { FIGURE_NAMES, type FigureName } from '../../sim/plan-result.ts';
import { makeCohorts } from '../../sim/plan/cohorts/cohorts.ts';
import type { PlanWindow } from '../../sim/plan/engine.ts';
import { takeSample } from '../../sim/plan/sample.ts';
import type { CrowdLoad } from '../../sim/scaling/size.ts';

export interface PeakLoad extends CrowdLoad {
  /** Who enters, in the whole window. */
  readonly views: number;
}

/**
 * What a window of an event asks of those who play it, in its busiest second: one run of the plan's cohorts, with the seed of the scenario.
 * The most messages and the most viewers need not fall together, so the rate of one viewer is that of the busiest second over all who
 * are there at the peak.
 */
export function peakLoad(compiled: CompiledScenario, window: PlanWindow): PeakLoad {
  const played = makeCohorts(compiled, window).play(compiled.seedHi, compiled.seedLo);
  const { figures } = takeSample(compiled, window, 0, compiled, played, 'figures');
  const figure = (name: FigureName): number => figures[FIGURE_NAMES.indexOf(name)];
  const viewers = figure('peakViewers');
  return {
    viewers,
    messagesPerViewerPerSec: viewers > 0 ? figure('peakDeliveriesPerSec') / viewers : 0,
    joinsPerSec: figure('peakJoinsPerSec'),
    bytesPerMessage: compiled.backend.fanout.bytesPerMessage,
    views: figure('views'),
  };
}
