import type { GeneratorHealth } from '../../result.ts';
import { formatClock } from '../../scenario/format.ts';

/** One line: was the generator healthy, by its worst worker. `sick`: something was past its bound. */
export function healthSummary({ workers, invalidSeconds }: Omit<GeneratorHealth, 'summary'>, sick: boolean): string {
  const most = (of: (worker: GeneratorHealth['workers'][number]) => number | null): number | null =>
    workers.reduce<number | null>((max, worker) => Math.max(max ?? -Infinity, of(worker) ?? -Infinity), null);
  const stallMaxMs = most((worker) => worker.stallMaxMs);
  const stalled = workers.find((worker) => worker.stallMaxMs === stallMaxMs);
  const at = sick && stalled?.stallAtMs != null ? ` at ${formatClock(stalled.stallAtMs)}` : '';
  const figures = [
    figure(
      most((worker) => worker.cpuShareMax),
      (share) => `CPU of its busiest worker ${Math.round(share * 100)} %`,
    ),
    figure(stallMaxMs, (value) => `longest stall ${ms(value)}${at}`),
    figure(
      most((worker) => worker.receiveWaitP99Ms),
      (value) => `receive wait p99 ${ms(value)}`,
    ),
  ].filter((text) => text !== '');
  if (figures.length === 0) return 'The generator was not measured: no worker played a second.';
  const seconds = invalidSeconds === 1 ? '1 invalid second' : `${invalidSeconds} invalid seconds`;
  const verdict = sick ? 'could not keep up' : 'was healthy';
  return `The generator ${verdict}${invalidSeconds > 0 ? `, ${seconds}` : ''}: ${figures.join(', ')}.`;
}

function figure(value: number | null, words: (value: number) => string): string {
  return value === null || !Number.isFinite(value) ? '' : words(value);
}

function ms(value: number): string {
  return value < 10 ? `${Number(value.toFixed(1))} ms` : `${Math.round(value)} ms`;
}
