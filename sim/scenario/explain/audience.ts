/** Who comes, when, and how many are there at once. */

import type { CompiledScenario } from '../../crowd/compiled.ts';
import { formatClock, formatCount, formatDuration, formatRate } from '../format.ts';
import type { Source } from '../schema/audience.ts';
import type { Scenario } from '../schema/scenario.ts';
import { tagMark } from './tags.ts';
import { describeMix, table } from './words.ts';

export interface ExpectedFigures {
  /** Arrivals in all. */
  readonly views: number;
  /** The largest expected audience of all rooms together. */
  readonly peakViewers: number;
  /** Event time. */
  readonly peakAtMs: number;
}

/** Means over many seeds, at the scale of the compiled scenario; not whole numbers. */
export function expectedFigures({ audience, audienceStepMs, durationMs, sources }: CompiledScenario): ExpectedFigures {
  const peakViewers = audience.reduce((peak, present) => Math.max(peak, present), 0);
  return {
    views: sources.reduce((sum, source) => sum + (source.cumulative.at(-1) ?? 0), 0),
    peakViewers,
    peakAtMs: Math.min(durationMs, (audience.indexOf(peakViewers) + 1) * audienceStepMs),
  };
}

/** Expected viewers at a moment of the event. */
export function viewersAt(compiled: CompiledScenario, atMs: number): number {
  const step = Math.floor(atMs / compiled.audienceStepMs) - 1;
  return step < 0 ? 0 : compiled.audience[Math.min(step, compiled.audience.length - 1)];
}

export function explainAudience(scenario: Scenario, compiled: CompiledScenario): string[] {
  const { views, peakViewers, peakAtMs } = expectedFigures(compiled);
  const shares = Object.fromEntries(Object.entries(scenario.personas).map(([id, persona]) => [id, persona.share]));
  const rows = Object.entries(scenario.audience).map(([id, source]) => {
    const room = Object.keys(scenario.rooms).length > 1 ? ` into ${source.room ?? Object.keys(scenario.rooms)[0]}` : '';
    return [
      id,
      tagMark(scenario, `audience.${id}`),
      `${arrivals(source, compiled.scale)}${room}: ${describeMix(source.personas ?? shares)}`,
    ];
  });
  return [
    `${formatCount(views)} views expected; at most ${formatCount(peakViewers)} viewers at once, at ${formatClock(peakAtMs)}.`,
    `${sparkline(compiled.audience)}  0:00:00 to ${formatClock(compiled.durationMs)}`,
    ...table(rows),
  ];
}

function arrivals(source: Source, scale: number): string {
  const size = (viewers: number) => formatCount(viewers * scale);
  switch (source.kind) {
    case 'push':
      return `push, ${size(source.size)} within ${formatDuration(source.within)} from ${formatClock(source.at)}`;
    case 'raid':
      return `raid, ${size(source.size)} within ${formatDuration(source.within)} at ${formatClock(source.at)}`;
    case 'waves':
      return `waves, ${source.waves.map((wave) => `${size(wave.size)} at ${formatClock(wave.at)}`).join(', ')}`;
    case 'curve':
      return `curve, ${source.rate.length} points from ${formatClock(source.rate[0].at)} to ${formatClock(source.rate.at(-1)!.at)}`;
    case 'paid':
    case 'steady': {
      const many = source.rate === undefined ? size(source.size ?? 0) : formatRate(source.rate * scale);
      const end = source.to === undefined ? 'to the end' : `to ${formatClock(source.to)}`;
      return `${source.kind}, ${many} from ${formatClock(source.from)} ${end}`;
    }
  }
}

const BARS = '▁▂▃▄▅▆▇█';
const SPARK_COLUMNS = 48;

/** The curve of the audience in one line; the tallest bar is the peak. */
function sparkline(audience: Float64Array): string {
  const columns = Math.min(SPARK_COLUMNS, audience.length);
  const peak = audience.reduce((max, each) => Math.max(max, each), 0);
  return Array.from({ length: columns }, (_, i) => {
    const part = audience.subarray(
      Math.floor((i * audience.length) / columns),
      Math.floor(((i + 1) * audience.length) / columns),
    );
    const highest = part.reduce((max, each) => Math.max(max, each), 0);
    return peak === 0 ? BARS[0] : BARS[Math.min(BARS.length - 1, Math.floor((highest / peak) * BARS.length))];
  }).join('');
}
