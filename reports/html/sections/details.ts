/** Everything else that was measured, for those who look closer. */

import { METRIC_NAMES, METRICS } from '../../../sim/metrics/registry.ts';
import type { MetricSummary, RunResult, TrendSummary } from '../../../sim/result.ts';
import { count, inUnit, measure, milliseconds, percent } from '../../format.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { empty, section, table, text } from './table.ts';

const figures = true;

export function metricsSection({ metrics, scenario }: RunResult): Html {
  const names = Object.keys(metrics).sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  if (names.length === 0) return section('metrics', 'All metrics', '', [empty('Nothing was measured.')]);
  const trends = names.filter((name) => metrics[name].type === 'trend');
  const others = names.filter((name) => metrics[name].type !== 'trend');
  return section('metrics', 'All metrics', 'times from the moment a viewer meant to act', [
    trends.length > 0
      ? trendTable(trends.map((name) => [name, metrics[name] as TrendSummary]))
      : empty('No time was measured.'),
    others.length > 0
      ? otherTable(
          others.map((name) => [name, metrics[name]]),
          scenario.currency,
        )
      : empty('Nothing was counted.'),
  ]);
}

export function workersSection({ health }: RunResult): Html {
  if (health.workers.length === 0) return section('workers', 'Workers', '', [empty('No worker reported.')]);
  const columns = [
    { label: 'Worker' },
    { label: 'Process', figures },
    { label: 'Peak viewers', figures },
    { label: 'CPU, s', figures },
    { label: 'CPU, max', figures },
    { label: 'Memory, MiB', figures },
    { label: 'GC, max', figures },
    { label: 'Late, p99', figures },
    { label: 'Loop, p99', figures },
    { label: 'Wait, p99', figures },
    { label: 'Stall, max', figures },
    { label: 'Invalid, s', figures },
    { label: 'Ended' },
  ];
  const rows = health.workers.map((worker) => [
    text(`shard ${worker.shard}`),
    text(worker.pid > 0 ? String(worker.pid) : '–'),
    text(count(worker.peakViewers)),
    text(measure(worker.cpuSeconds)),
    text(percent(worker.cpuShareMax)),
    text(measure(worker.maxRssMiB)),
    text(milliseconds(worker.gcMaxMs)),
    text(milliseconds(worker.lateStartP99Ms)),
    text(milliseconds(worker.loopDelayP99Ms)),
    text(milliseconds(worker.receiveWaitP99Ms)),
    text(milliseconds(worker.stallMaxMs)),
    text(count(worker.invalidSeconds)),
    text(worker.ended),
  ]);
  return section('workers', 'Workers', 'whether the generator kept up', [
    html`<p class="health-line">${health.summary}</p>`,
    ...machineLine(health),
    table({ caption: 'Workers', columns, rows, narrow: 'scroll' }),
  ]);
}

/** Nothing where the system does not say. */
function machineLine({ machine }: RunResult['health']): Html[] {
  const { cpuShareMean, cpuShareMax, stealShareMean, otherShareMean } = machine;
  if (cpuShareMean === null) return [];
  const words = [
    `The machine used ${percent(cpuShareMean)} of its CPU, in one second ${percent(cpuShareMax)};`,
    `other processes than the generator took ${percent(otherShareMean)}, the hypervisor ${percent(stealShareMean)}.`,
  ];
  return [html`<p class="soft">${words.join(' ')}</p>`];
}

export function notesSection({ notes, digests }: RunResult): Html {
  const items = notes.map((note) => html`<li>${note}</li>`);
  return section('notes', 'Notes', '', [
    items.length > 0
      ? html`<ul class="notes">
          ${items}
        </ul>`
      : empty('Nothing to add.'),
    html`<p class="digests soft">
      Digest of what the viewers decided, equal for the same seed under any number of workers: of themselves
      <code>${digests.selfInitiated}</code> (${count(digests.selfCount)}), in reaction
      <code>${digests.reactions}</code> (${count(digests.reactionCount)}).
    </p>`,
  ]);
}

/** Registered metrics in the order of the registry, one that is narrowed by tags after its own, strangers last. */
function place(name: string): number {
  const index = METRIC_NAMES.indexOf(name.split('{')[0] as keyof typeof METRICS);
  return index < 0 ? METRIC_NAMES.length : index;
}

function metricHead(name: string): Html {
  const meaning = Object.hasOwn(METRICS, name) ? METRICS[name as keyof typeof METRICS].meaning : '';
  // Long names may be broken where their words end, and nowhere else.
  const words = name.split(/(?<=[_{:,])/).map((word) => html`${word}<wbr />`);
  return html`<code>${words}</code>${meaning === '' ? null : html`<span class="meaning">${meaning}</span>`}`;
}

function trendTable(trends: readonly (readonly [string, TrendSummary])[]): Html {
  const columns = ['Times, in ms', 'count', 'min', 'avg', 'med', 'p90', 'p95', 'p99', 'p99.9', 'max'];
  return table({
    caption: 'Metrics of time',
    columns: columns.map((label, index) => ({ label, figures: index > 0 })),
    rows: trends.map(([name, trend]) => [
      metricHead(name),
      text(count(trend.count)),
      ...[trend.min, trend.avg, trend.med, trend.p90, trend.p95, trend.p99, trend.p999, trend.max].map((value) =>
        text(measure(value)),
      ),
    ]),
    narrow: 'scroll',
  });
}

function otherTable(metrics: readonly (readonly [string, MetricSummary])[], currency: string): Html {
  return table({
    caption: 'Counters, rates and gauges',
    columns: [{ label: 'Counters, rates, gauges' }, { label: 'Value', figures }, { label: 'More', figures }],
    rows: metrics.map(([name, metric]) => [metricHead(name), ...otherCells(metric, currency).map(text)]),
    narrow: 'scroll',
  });
}

function otherCells(metric: MetricSummary, currency: string): [value: string, more: string] {
  if (metric.type === 'counter')
    return [
      inUnit(metric.count, metric.unit, currency),
      `${inUnit(metric.ratePerSec, metric.unit, currency)} a second`,
    ];
  if (metric.type === 'rate') return [percent(metric.rate), `${count(metric.passes)} of ${count(metric.total)}`];
  if (metric.type === 'gauge')
    return [inUnit(metric.last, metric.unit, currency), `${count(metric.min)} to ${count(metric.max)}`];
  return [milliseconds(metric.med), `p99 ${milliseconds(metric.p99)}`];
}
