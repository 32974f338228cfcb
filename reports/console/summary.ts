/** What the terminal shows when a run has ended: the verdict first, then why, then the figures, then what to do next. */

import { METRIC_NAMES } from '../../sim/metrics/registry.ts';
import type { RateSummary, RunResult, TrendSummary } from '../../sim/result.ts';
import { observedText } from '../checks.ts';
import { keyFigures, type Figure } from '../figures.ts';
import { count, duration, eventClock, milliseconds, percent, playersOf } from '../format.ts';
import { funnelSteps, wholeFunnel } from '../funnel.ts';
import { comparedCounts, plannedBy } from '../planned.ts';
import { reproduceCommand } from '../reproduce.ts';
import { verdictWords } from '../verdict.ts';
import { videoFigures } from '../video.ts';
import { fileLines, indented, joined, longest, mark, titled } from './blocks.ts';
import { aligned } from './columns.ts';
import { ledgerBlocks } from './invariants.ts';
import { columnsOf, cut, padEnd, padStart, painter, printable, wrap } from './text.ts';
import type { Paint, Style } from './text.ts';

export interface SummaryOptions {
  readonly color: boolean;
  /** Columns of the terminal; less than 40 counts as 40. Paths and the command are never cut: they are there to be copied. */
  readonly width: number;
  /** What was written where, `{ report: 'results/…/report.html' }`. */
  readonly files?: Readonly<Record<string, string>>;
}

interface Context {
  readonly result: RunResult;
  readonly paint: Paint;
  readonly width: number;
}

const TONE_STYLES: Readonly<Record<'good' | 'bad' | 'doubt', Style>> = { good: 'green', bad: 'red', doubt: 'yellow' };

/** The summary with a line break at its end. */
export function renderSummary(result: RunResult, options: SummaryOptions): string {
  const paint = painter(options.color);
  const context: Context = { result, paint, width: Math.max(40, options.width) };
  const blocks = [
    verdictBlock(context),
    titled(paint, 'thresholds', thresholdLines(context)),
    ...ledgerBlocks(result, context),
    titled(paint, 'figures', figureLines(context, keyFigures(result))),
    titled(paint, 'video', figureLines(context, videoFigures(result) ?? [])),
    titled(paint, 'metrics', metricLines(context)),
    plannedBlock(context),
    titled(paint, 'funnel', funnelLines(context)),
    titled(paint, 'stock', stockLines(context)),
    titled(paint, 'files', fileLines(options.files)),
    titled(paint, 'again', [printable(reproduceCommand(result))]),
  ];
  return joined(blocks);
}

function verdictBlock({ result, paint, width }: Context): string[] {
  const { scenario, run, verdict, partial, target, health } = result;
  const { word, meaning, sign, tone } = verdictWords(result);
  const style = TONE_STYLES[tone];
  const headline = `${sign} ${word.toUpperCase()}`;
  const title = cut(printable(scenario.title || scenario.name), width - columnsOf(headline) - 4);
  const lines = [`  ${paint(style, paint('bold', headline))}  ${title}`];
  for (const reason of [meaning, ...verdict.reasons]) lines.push(...indented(printable(reason), width));
  lines.push(...indented(printable(health.summary), width).map((line) => paint('dim', line)));
  if (partial) {
    const words = `PARTIAL: stopped at ${eventClock(partial.atMs)} because ${printable(partial.reason)}`;
    lines.push(...indented(words, width).map((line) => paint('yellow', line)));
  }
  const broken = Object.keys(run.faults);
  const facts = [
    `${eventClock(run.fromMs)} to ${eventClock(run.fromMs + run.forMs)} (${duration(run.playedMs)} played)`,
    run.scale === 1 ? 'full size' : `scale ${run.scale}`,
    `seed ${run.seed}`,
    playersOf(run),
    target.embedded ? `${target.name}, embedded` : `${target.name} at ${target.url}`,
    ...(broken.length > 0 ? [`broken on purpose: ${broken.join(', ')}`] : []),
  ];
  lines.push(...indented(facts.map(printable).join(' · '), width).map((line) => paint('dim', line)));
  return lines;
}

function thresholdLines({ result, paint, width }: Context): string[] {
  const { thresholds, scenario, verdict } = result;
  // A run may be both: its invariants are facts, its figures are not.
  const isInvalid =
    verdict.status === 'invalid' ||
    (result.health.invalidSeconds > 0 && thresholds.every(({ status }) => status === 'unknown'));
  const unjudged = isInvalid ? 'not judged: the run is invalid' : 'not judged: nothing was measured';
  const names = thresholds.map(({ metric, expression }) => printable(`${metric} ${expression}`));
  const nameColumns = Math.min(longest(names), Math.max(12, width - 24));
  return thresholds.map((threshold, index) => {
    const observed = threshold.status === 'unknown' ? unjudged : observedText(threshold, scenario.currency);
    const name = padEnd(cut(names[index], nameColumns), nameColumns);
    return `${mark(paint, threshold.status)} ${name}  ${cut(observed, width - nameColumns - 8)}`;
  });
}

function figureLines({ paint, width }: Context, figures: readonly Figure[]): string[] {
  const labelColumns = longest(figures.map(({ label }) => label)) + 3;
  const valueColumns = longest(figures.map(({ value }) => value)) + 2;
  return figures.map(({ label, value, detail }) => {
    const dots = paint('dim', `${label} `.padEnd(labelColumns, '.').slice(label.length));
    const rest = cut(detail, width - 4 - labelColumns - 1 - valueColumns);
    return `${label}${dots} ${paint('bold', padEnd(value, valueColumns))}${paint('dim', rest)}`.trimEnd();
  });
}

/** Metrics of time and rates, as k6 lists them; what is counted stands among the figures or in the report. */
function metricLines({ result, paint, width }: Context): string[] {
  const rows = METRIC_NAMES.flatMap((name) => {
    const metric = Object.hasOwn(result.metrics, name) ? result.metrics[name] : undefined;
    return metric?.type === 'trend' || metric?.type === 'rate' ? [{ name, cells: metricCells(metric) }] : [];
  });
  const nameColumns = longest(rows.map(({ name }) => name)) + 3;
  const cellColumns = [0, 1, 2, 3, 4].map((index) =>
    longest(rows.map(({ cells }) => (cells.length > 2 ? cells[index] : ''))),
  );
  return rows.map(({ name, cells }) => {
    const dots = paint('dim', `${name} `.padEnd(nameColumns, '.').slice(name.length));
    const text = cells
      .map((cell, index) => padEnd(cell, cellColumns[index]))
      .join('  ')
      .trimEnd();
    return `${name}${dots} ${cut(text, width - 5 - nameColumns)}`;
  });
}

function metricCells(metric: TrendSummary | RateSummary): string[] {
  if (metric.type === 'rate') return [percent(metric.rate), `${count(metric.passes)} of ${count(metric.total)}`];
  const { med, p95, p99, max } = metric;
  const times = Object.entries({ med, p95, p99, max }).map(([name, value]) => `${name}=${milliseconds(value)}`);
  return [...times, `n=${count(metric.count)}`];
}

/** Nothing when nothing was planned: the reader has left the plan out. */
function plannedBlock({ result, paint, width }: Context): string[] {
  const { planned, scenario } = result;
  if (!planned) return [];
  const title = cut(`planned against observed, ${plannedBy(planned)}`, width - 2);
  const compared = comparedCounts(planned, scenario.currency);
  if (compared.every(({ side }) => side === null)) {
    const why = result.partial ? 'the window was not played to its end' : 'nothing was measured';
    return titled(paint, title, wrap(`not compared: ${why}`, width - 4));
  }
  const medianColumns = longest(compared.map(({ median }) => median));
  const cells = compared.map(({ label, observed, median, range }) => {
    return [label, observed, `planned ${padStart(median, medianColumns)}`, range];
  });
  const columns = [{ align: 'left' }, { align: 'right' }, { align: 'left' }, { align: 'left' }] as const;
  const rows = aligned(cells, columns, width - 6);
  const lines = compared.map(({ side }, index) => {
    if (side === null) return `  ${rows[index]}`;
    return `${side === 'inside' ? paint('green', '✓') : paint('yellow', '≠')} ${rows[index]}`;
  });
  return titled(paint, title, lines);
}

function funnelLines({ result, width }: Context): string[] {
  const funnel = wholeFunnel(result);
  if (!funnel || funnel.shown + funnel.clicked === 0) return [];
  const steps = funnelSteps(funnel).map(({ label, viewers, ofPrevious }) => {
    const share = ofPrevious === null ? '' : ` (${percent(ofPrevious)})`;
    return `${count(viewers)} ${label}${share}`;
  });
  return wrap(steps.join(' → '), width - 4);
}

function stockLines({ result, width }: Context): string[] {
  return result.books.map((book) => {
    const sold = `${count(book.soldUnits)} of ${count(book.stockedUnits)} sold, ${count(book.leftUnits)} left, ${count(book.heldUnits)} held`;
    const unknown = book.toldUnknownUnits > 0 ? `, ${count(book.toldUnknownUnits)} told nothing certain` : '';
    return cut(`${sold}${unknown}  ${printable(book.title)}`, width - 4);
  });
}
