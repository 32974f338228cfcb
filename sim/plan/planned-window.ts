import { availableParallelism } from 'node:os';
import type { CompiledScenario } from '../crowd/compiled.ts';
import { FIGURE_NAMES, PLAN_ROW_NAMES, type FigureName, type PlanRow } from '../plan-result.ts';
import type { PlannedBand, PlannedRow, PlannedWindow } from '../result.ts';
import { makeAgents } from './agents/agents.ts';
import { chartSteps } from './chart.ts';
import { expectedViews } from './choose.ts';
import type { PlanWindow } from './engine.ts';
import { ENGINES_URL } from './engines.ts';
import { MonteCarlo } from './monte-carlo.ts';
import { takeSample, type PlanSample } from './sample.ts';

const RUNS = 200;
/** Viewers that are played one by one in all runs together before a run begins: some ten seconds of one core. */
const MOST_AGENT_VIEWS = 10_000_000;
/** Fewer runs than this have nothing outside a band of 95 %. */
const FEWEST_RUNS = 79;

/** A figure of the plan for each count of the run. */
const FIGURE_OF: Readonly<Record<keyof PlannedWindow['counts'], FigureName>> = {
  peakViewers: 'peakViewers',
  joins: 'views',
  chatSent: 'chatSent',
  clicks: 'clicks',
  httpRequests: 'httpRequests',
  orders: 'orders',
  units: 'units',
  gmvMinor: 'gmvMinor',
};

/** Rows of the plan that add up to a row of the run. */
const ROWS_OF: Readonly<Record<PlannedRow, readonly PlanRow[]>> = {
  viewers: ['viewers'],
  joins: ['joins'],
  leaves: ['leaves'],
  chatSent: ['chatSent'],
  httpRequests: ['viewRequests', 'cartRequests', 'checkoutRequests', 'payRequests'],
  orders: ['orders'],
};

/**
 * Plays the window of a run in the model world, with crowds of other seeds than the run's own, and says in which band each count
 * should lie. `null` when it was stopped before there were runs enough.
 */
export async function planWindow(
  scenario: CompiledScenario,
  window: PlanWindow,
  signal: AbortSignal,
): Promise<PlannedWindow | null> {
  const engine = expectedViews(scenario, window) * RUNS <= MOST_AGENT_VIEWS ? 'agents' : 'cohorts';
  const monteCarlo = new MonteCarlo({ workers: availableParallelism(), signal });
  try {
    const job = {
      scenario,
      window: { ...window, restarts: true },
      engine,
      depth: 'charts',
      enginesUrl: ENGINES_URL,
    } as const;
    const { samples } = await monteCarlo.play(job, RUNS, () => undefined);
    if (samples.length < FEWEST_RUNS) return null;
    return {
      engine,
      runs: samples.length,
      counts: counts(samples),
      sameCrowd: engine === 'agents' ? sameCrowd(scenario, job.window) : null,
      series: series(samples, window),
    };
  } finally {
    monteCarlo.close();
  }
}

function counts(samples: readonly PlanSample[]): PlannedWindow['counts'] {
  const entries = Object.entries(FIGURE_OF).map(([name, figure]) => {
    const at = FIGURE_NAMES.indexOf(figure);
    const sorted = Float64Array.from(samples, (sample) => sample.figures[at]).sort();
    return [name, { p025: quantile(sorted, 0.025), p50: quantile(sorted, 0.5), p975: quantile(sorted, 0.975) }];
  });
  return Object.fromEntries(entries) as PlannedWindow['counts'];
}

/** The plan of one seed, the run's own. */
function sameCrowd(scenario: CompiledScenario, window: PlanWindow): PlannedWindow['sameCrowd'] {
  const { seedHi, seedLo } = scenario;
  const played = makeAgents(scenario, window).play(seedHi, seedLo);
  const { figures } = takeSample(scenario, window, 0, { seedHi, seedLo }, played, 'figures');
  const entries = Object.entries(FIGURE_OF).map(([name, figure]) => [name, figures[FIGURE_NAMES.indexOf(figure)]]);
  return Object.fromEntries(entries) as PlannedWindow['sameCrowd'];
}

function series(samples: readonly PlanSample[], window: PlanWindow): PlannedWindow['series'] {
  const { stepMs, startMs, length } = chartSteps(window);
  const entries = Object.entries(ROWS_OF).map(([name, rows]) => [name, bandsOf(samples, rows, length)]);
  return { stepMs, startMs, length, rows: Object.fromEntries(entries) as PlannedWindow['series']['rows'] };
}

/** Such that one more draw lies below it with probability `q`, for any distribution (type 6 of Hyndman and Fan, 1996). */
function quantile(sorted: Float64Array, q: number): number {
  const last = sorted.length - 1;
  const at = Math.min(last, Math.max(0, (sorted.length + 1) * q - 1));
  const below = Math.floor(at);
  return sorted[below] + (sorted[Math.min(below + 1, last)] - sorted[below]) * (at - below);
}

type Bands = { [Q in keyof PlannedBand]: number[] };

function bandsOf(samples: readonly PlanSample[], rows: readonly PlanRow[], length: number): Bands {
  const offsets = rows.map((row) => PLAN_ROW_NAMES.indexOf(row) * length);
  const charts = samples.flatMap(({ detail }) => (detail && detail.rows.length > 0 ? [detail.rows] : []));
  const bands: Bands = { p025: [], p50: [], p975: [] };
  for (let step = 0; step < length; step++) {
    const values = Float64Array.from(charts, (chart) => offsets.reduce((sum, offset) => sum + chart[offset + step], 0));
    values.sort();
    bands.p025.push(quantile(values, 0.025));
    bands.p50.push(quantile(values, 0.5));
    bands.p975.push(quantile(values, 0.975));
  }
  return bands;
}
