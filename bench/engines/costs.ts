/** The constants of sim/scaling/cost.ts, as this bench finds them. */
import type { EngineCost, EngineName } from '../../sim/scaling/cost.ts';
import type { Figures } from './figures.ts';
import { USUAL_POD } from './pace.ts';
import { vuMiB } from './parts/pods.ts';
import { rowOf } from './parts/scenes.ts';
import { IDLE_VUS } from './parts/sizes.ts';

export type Costs = Readonly<Record<EngineName, Omit<EngineCost, 'source'>>>;

/** Figures that were not measured are NaN. `pods`: the sizes that were. */
export function costsOf(figures: Figures, pods: readonly number[]): Costs {
  const of = (engine: EngineName) => ({
    messagesPerCoreSecond: figures.median(`${rowOf('one', engine)}.messages`),
    memoryMiBPerViewer: figures.median(`sizes/${engine}.kibPerViewer`) / 1024,
    connectCpuMs: figures.median(`sizes/${engine}.connectMs`),
    processMemoryMiB: figures.median(`sizes/${engine}.baseMiB`),
  });
  const k6 = of('k6');
  // A viewer of k6 has its part of a VU. The process without any has none.
  const vu = vuMiB(figures, pods);
  return {
    run: of('run'),
    k6: {
      ...k6,
      memoryMiBPerViewer: k6.memoryMiBPerViewer + vu / USUAL_POD,
      processMemoryMiB: k6.processMemoryMiB - vu * IDLE_VUS,
    },
  };
}

const rounded = (value: number, digits: number): string => String(Number(value.toPrecision(digits)));

/** To be copied into cost.ts. */
export function costLines(costs: Costs, where: string): string[] {
  const lines = (['run', 'k6'] as const).flatMap((engine) => {
    if (Object.values(costs[engine]).some(Number.isNaN)) return [`  // ${engine}: not all of it was measured`];
    const { messagesPerCoreSecond, memoryMiBPerViewer, connectCpuMs, processMemoryMiB } = costs[engine];
    return [
      `  ${engine}: {`,
      `    messagesPerCoreSecond: ${rounded(messagesPerCoreSecond, 3).replace(/\B(?=(\d{3})+$)/g, '_')},`,
      `    memoryMiBPerViewer: ${rounded(memoryMiBPerViewer, 3)},`,
      `    connectCpuMs: ${rounded(connectCpuMs, 2)},`,
      `    processMemoryMiB: ${Math.round(processMemoryMiB)},`,
      '    source: BENCH,',
      '  },',
    ];
  });
  return [`const BENCH = 'docs/engines-bench.md: ${where}';`, '', ...lines];
}
