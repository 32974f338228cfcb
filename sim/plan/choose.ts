import type { CompiledScenario, CompiledSource } from '../crowd/compiled.ts';
import { FlashcrowdError } from '../errors.ts';
import type { EngineName } from '../plan-result.ts';
import type { PlanWindow } from './engine.ts';

/** Viewers that agents play in all runs together while it is a matter of seconds: about a million a second on one core. */
export const MOST_AGENT_VIEWS = 40_000_000;
/** Cohorts take some 100 ms a run however few viewers there are: agents play so many in that time. */
export const FEW_VIEWS = 50_000;
/**
 * Memory of the agents for each present viewer, an upper bound: measured about 70 bytes where a quarter of them shop (bench/plan), up to
 * 130-150 when all shop.
 */
export const BYTES_PER_VIEWER = 150;
/** The rest is for samples, and for whatever else the machine does. */
const SHARE_OF_FREE = 0.6;

export interface Choice {
  readonly engine: EngineName;
  /** In words. */
  readonly reason: string;
  /** As many as asked for, or fewer when that is what the memory holds. */
  readonly workers: number;
}

export interface ChoiceFacts {
  /** Expected of one run, the most of all that is played: sweep, comparison and sensitivity too. */
  readonly views: number;
  readonly peakViewers: number;
  /** Some of what is played has fewer views. */
  readonly isMost: boolean;
  /** Of everything, likewise. */
  readonly runs: number;
  readonly workers: number;
  readonly wanted: EngineName | undefined;
  readonly freeBytes: number;
}

/**
 * One engine for all that a plan compares: agents while they take seconds, else cohorts. What decides is the size alone, so that a plan is
 * the same on every machine. Memory changes nothing but the number of workers; where it does not hold one, agents are refused.
 *
 * @throws FlashcrowdError PLAN_TOO_LARGE when agents do not fit
 */
export function chooseEngine(facts: ChoiceFacts): Choice {
  const { workers, wanted } = facts;
  const asked = wanted === undefined ? null : 'asked for with --engine';
  if (!playsEachViewer(facts))
    return { engine: 'cohorts', reason: asked ?? `${sizeInWords(facts)} are too many to play each viewer`, workers };
  const fitting = workersThatFit(facts);
  if (fitting < 1) throw tooLarge(facts);
  const reason = asked ?? `${sizeInWords(facts)} are few enough to play each viewer`;
  return { engine: 'agents', reason, workers: Math.min(workers, fitting) };
}

/** Whether agents it is, as long as they fit. */
export function playsEachViewer({ wanted, views, runs }: Pick<ChoiceFacts, 'wanted' | 'views' | 'runs'>): boolean {
  if (wanted !== undefined) return wanted === 'agents';
  return views <= FEW_VIEWS || views * runs <= MOST_AGENT_VIEWS;
}

/** Expected viewers who have entered by the end of the window. Agents play them all. Raids are sources too. */
export function expectedViews({ sources }: CompiledScenario, { untilMs }: PlanWindow): number {
  return sources.reduce((sum, source) => sum + arrivedBy(source, untilMs), 0);
}

export function expectedPeak({ audience, audienceStepMs }: CompiledScenario, { untilMs }: PlanWindow): number {
  return audience.subarray(0, Math.ceil(untilMs / audienceStepMs) + 1).reduce((most, n) => Math.max(most, n), 0);
}

function arrivedBy({ timesMs, cumulative }: CompiledSource, atMs: number): number {
  const after = timesMs.findIndex((t) => t > atMs);
  if (after < 0) return cumulative.at(-1) ?? 0;
  if (after === 0) return 0;
  const share = (atMs - timesMs[after - 1]) / (timesMs[after] - timesMs[after - 1]);
  return cumulative[after - 1] + share * (cumulative[after] - cumulative[after - 1]);
}

function workersThatFit({ peakViewers, freeBytes, workers }: ChoiceFacts): number {
  const need = bytesOfAgents(peakViewers);
  return need > 0 ? Math.floor((SHARE_OF_FREE * freeBytes) / need) : workers;
}

function bytesOfAgents(peakViewers: number): number {
  return peakViewers * BYTES_PER_VIEWER;
}

function sizeInWords({ views, isMost, runs }: ChoiceFacts): string {
  return `${isMost ? 'up to ' : ''}${count(views)} views x ${count(runs)} ${runs === 1 ? 'run' : 'runs'}`;
}

function tooLarge({ peakViewers, freeBytes }: ChoiceFacts): FlashcrowdError {
  return new FlashcrowdError(
    'PLAN_TOO_LARGE',
    `${count(peakViewers)} viewers at once, each played alone, would need about ${bytes(bytesOfAgents(peakViewers))} of memory.`,
    [
      {
        path: '--engine',
        message: `"agents" does not fit: ${bytes(freeBytes)} of memory are free`,
        expected: `at most ${bytes(SHARE_OF_FREE * freeBytes)}`,
        hint: 'try one of: --engine cohorts, --scale 0.1',
      },
    ],
  );
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function bytes(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} GB`;
  return `${Math.max(1, Math.round(value / 1e6))} MB`;
}
