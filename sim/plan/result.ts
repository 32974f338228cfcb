import type { CompiledScenario } from '../crowd/compiled.ts';
import { backendModel } from '../scenario/compile/backend.ts';
import { PLAN_FORMAT, PLAN_VERSION, type Comparison, type PlanResult } from '../plan-result.ts';
import { assumptionsOf, unsourcedOf } from './assumptions.ts';
import type { Draft } from './draft.ts';
import { formulasOf, isWhole } from './formulas.ts';
import type { Played } from './play.ts';
import { CHART_RUNS } from './sample.ts';
import { rankSensitivity } from './sensitivity.ts';
import { sizingOf } from './sizing.ts';
import {
  differenceBands,
  figureBands,
  plannedDrops,
  plannedEndpoints,
  plannedProducts,
  planSeries,
} from './summary.ts';
import { planTool } from './tool.ts';

/** From what was played to the result. There is at least one sample. */
export function resultOf(draft: Draft, played: Played, startedAt: Date): PlanResult {
  const { base, options, choice, seed, runs, byShare } = draft;
  const { subject, compiled, window } = base;
  const samples = played.base;
  const figures = figureBands(samples);
  const endpoints = plannedEndpoints(compiled, samples);
  const ranked = rankSensitivity(samples, played.varied, byShare ?? 0);
  return {
    format: PLAN_FORMAT,
    version: PLAN_VERSION,
    tool: planTool(),
    scenario: {
      name: compiled.name,
      title: compiled.title,
      about: compiled.about,
      file: subject.file,
      currency: compiled.currency,
      durationMs: compiled.durationMs,
      overrides: options.set ?? [],
    },
    plan: {
      engine: choice.engine,
      engineReason: choice.reason,
      seed,
      scale: compiled.scale,
      runs,
      runsDone: samples.length,
      eventsPerRun: Math.round(samples.reduce((sum, { events }) => sum + events, 0) / samples.length),
      tookMs: Date.now() - startedAt.getTime(),
      startedAt: startedAt.toISOString(),
      asked: {
        sweep: options.sweep ?? null,
        compareWith: options.compareWith ?? null,
        sensitivity: byShare,
      },
    },
    partial: played.stopped === null ? null : { reason: played.stopped },
    figures,
    products: plannedProducts(compiled, samples),
    drops: plannedDrops(compiled, window, samples),
    endpoints,
    series: planSeries(compiled, window, samples),
    cues: cuesOf(compiled, window),
    sizing: sizingOf(compiled, figures, endpoints, options.machine),
    formulas: formulasOf(compiled, window, figures),
    sensitivity: ranked.length > 0 ? ranked : null,
    sweep: draft.sweep && played.points.length > 0 ? { path: draft.sweep.path, points: played.points } : null,
    comparison: comparisonOf(draft, played),
    assumptions: assumptionsOf(subject.scenario, compiled),
    unsourced: unsourcedOf(subject.scenario, compiled),
    notes: notesOn(draft, played),
  };
}

/** Moments of the window, and outages that reach into it. */
function cuesOf(
  { cues, products, backend }: CompiledScenario,
  { fromMs, untilMs }: Draft['base']['window'],
): PlanResult['cues'] {
  const moments = cues
    .filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs)
    .map(({ id, kind, product, text, atMs }) => ({
      id,
      kind,
      label: [kind, products[product]?.title ?? text].filter((part) => part !== '').join(': '),
      atMs,
      untilMs: null,
    }));
  const outages = backend.outages
    // One of all endpoints is there once for each.
    .filter(({ id }, i, all) => all.findIndex((other) => other.id === id) === i)
    .filter((outage) => outage.untilMs > fromMs && outage.fromMs < untilMs)
    .map((outage) => ({
      id: outage.id,
      kind: 'outage',
      label: outage.id.slice(outage.id.indexOf(':') + 1, outage.id.indexOf('#')),
      atMs: outage.fromMs,
      untilMs: outage.untilMs,
    }));
  return [...moments, ...outages].sort((a, b) => a.atMs - b.atMs);
}

function comparisonOf({ other }: Draft, played: Played): Comparison | null {
  if (!other || !played.other) return null;
  const { name, title, currency } = other.compiled;
  return {
    file: other.subject.file,
    name,
    title,
    currency,
    figures: figureBands(played.other),
    difference: differenceBands(played.base, played.other),
  };
}

const COHORTS_AT_SERVERS =
  'Cohorts treat queues in front of limited servers as a flow: where servers are overloaded, figures are off by several percent. ' +
  'Agents (--engine agents) play each request.';

/** In anything that is played. */
function limitsServers({ base, other, sweep }: Draft): boolean {
  const scenarios = [base, ...(other ? [other] : [])].map(({ subject }) => subject.scenario);
  const points = sweep?.points.map(({ scenario }) => scenario) ?? [];
  return [...scenarios, ...points].some((scenario) =>
    Object.values(backendModel(scenario).endpoints).some(({ servers }) => servers !== null),
  );
}

/** Fewer runs than this hardly reach into the 5 % at either end. */
const FEW_RUNS = 20;

function notesOn(draft: Draft, played: Played): string[] {
  const { base, other, runs, knobRuns, sweep, byShare, knobs, choice } = draft;
  const { compiled, window } = base;
  const notes: string[] = [];
  const done = played.base.length;
  if (done < FEW_RUNS) notes.push(`Bands of ${done} ${done === 1 ? 'run' : 'runs'} are no more than a hint.`);
  if (done > CHART_RUNS)
    notes.push(`Charts are made of the first ${CHART_RUNS} of ${done} runs; figures are made of all.`);
  if (compiled.scale !== 1)
    notes.push(`Audience, stock and backend are those of the scenario times ${compiled.scale}.`);
  if (choice.engine === 'cohorts' && limitsServers(draft)) notes.push(COHORTS_AT_SERVERS);
  if (compiled.backend.outages.length > 0)
    notes.push(
      'The plan has an outage: peaks of shop requests may be those of retries, and servers and writes are sized for them.',
    );
  if (!isWhole(compiled, window))
    notes.push(
      'The formulas of the field are left out: they are of a whole event, and the figures are of a part of it.',
    );
  if (byShare !== null)
    notes.push(
      `Sensitivity: ${knobs.length} assumptions, each lowered and raised in ${knobRuns} runs with the seeds of the plan.`,
    );
  if (other && other.compiled.currency !== compiled.currency)
    notes.push(
      `Money is compared as it stands, ${other.compiled.currency} with ${compiled.currency}: nothing was converted.`,
    );
  if (sweep && played.points.length < sweep.points.length)
    notes.push(
      `The sweep has ${played.points.length} of ${sweep.points.length} points: those whose ${runs} runs were done.`,
    );
  return notes;
}
