/**
 * The charts as data: one strip a subject, all over the same event time. A strip names its rows, how to draw them, and
 * says in words what a person sees, for those who do not see it.
 */

import type { RunResult } from '../../sim/result.ts';
import { count, eventClock } from '../format.ts';
import { LINE_COLORS } from './palette.ts';
import { plannedInWords, plannedLines } from './planned-lines.ts';
import { figure, highest, tidy } from './strip-line.ts';
import type { StripLine } from './strip-line.ts';
import { STRIP_SPECS } from './strip-specs.ts';
import type { StripSpec } from './strip-specs.ts';

export interface Strip {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Counts of whole things: the axis never shows fractions of one. */
  readonly whole: boolean;
  /** From the back to the front. */
  readonly lines: readonly StripLine[];
  /** A horizontal line, in the unit of the strip; `null` when no threshold names this figure. */
  readonly limit: { readonly value: number; readonly label: string } | null;
  /** A few sentences with the figures. */
  readonly summary: string;
}

/** More products than this are not drawn: lines that cannot be told apart say nothing. */
const MAX_STOCK_LINES = 6;

export function buildStrips(result: RunResult): Strip[] {
  const strips = STRIP_SPECS.map((spec) => measuredStrip(result, spec));
  const stock = stockStrip(result);
  if (stock) strips.splice(STRIP_SPECS.findIndex((spec) => spec.id === 'orders') + 1, 0, stock);
  return strips;
}

function measuredStrip(result: RunResult, spec: StripSpec): Strip {
  const { series } = result;
  const factor = (spec.perSec ? 1000 / series.stepMs : 1) * (spec.times ?? 1);
  const lines = spec.lines.map((line): StripLine => {
    const values = series.rows[line.row].map((value) => (value === null ? null : tidy(value * factor)));
    const most = highest(values);
    const rest = most === null ? 'not measured' : `peak ${figure(most.value, spec.unit)}`;
    return {
      label: line.label,
      color: line.color,
      area: line.area ?? false,
      dashed: line.dashed ?? false,
      values,
      rest,
    };
  });
  const { id, title, unit } = spec;
  const planned = result.planned ? plannedLines(result.planned, spec) : [];
  const plannedWords = result.planned ? plannedInWords(result.planned, spec) : [];
  return {
    id,
    title,
    unit,
    whole: unit !== 'ms',
    lines: [...planned, ...lines],
    limit: limitOf(result, spec),
    summary: [inWords(result, title, unit, lines), ...plannedWords].join(' '),
  };
}

function stockStrip(result: RunResult): Strip | null {
  const titles = new Map(result.books.map((book) => [book.productId, book.title]));
  const all = Object.entries(result.series.stockLeft);
  if (all.length === 0) return null;
  const lines = all.slice(0, MAX_STOCK_LINES).map(([productId, values], index): StripLine => {
    const known = values.filter((value) => value !== null);
    const rest = known.length === 0 ? 'not measured' : `${count(known[known.length - 1])} at end`;
    return {
      label: titles.get(productId) ?? productId,
      color: LINE_COLORS[index],
      area: all.length === 1,
      dashed: false,
      values,
      rest,
    };
  });
  const hidden = all.length - lines.length;
  const title = hidden > 0 ? `Stock left (${hidden} more products not drawn)` : 'Stock left';
  return {
    id: 'stock',
    title,
    unit: 'units for sale',
    whole: true,
    lines,
    limit: null,
    summary: inWords(result, title, 'units', lines),
  };
}

/** The first plain upper bound that a threshold sets on the same figure, over the whole run or in a window. */
function limitOf(result: RunResult, spec: StripSpec): Strip['limit'] {
  if (!spec.limit) return null;
  const { metric, aggregate } = spec.limit;
  for (const threshold of result.thresholds) {
    if (threshold.metric.split('{')[0] !== metric) continue;
    const match = /^(.+?)\s*<=?\s*(\d+(?:\.\d+)?)$/.exec(threshold.expression.trim());
    if (match && match[1] === aggregate) return { value: Number(match[2]), label: threshold.expression };
  }
  return null;
}

function inWords(result: RunResult, title: string, unit: string, lines: readonly StripLine[]): string {
  const sentences = lines.map((line) => {
    const most = highest(line.values);
    if (most === null) return `${line.label}: not measured.`;
    const known = line.values.filter((value) => value !== null);
    const at = eventClock(result.series.startMs + most.index * result.series.stepMs);
    return `${line.label}: from ${figure(known[0], unit)} to ${figure(known[known.length - 1], unit)}, highest ${figure(most.value, unit)} at ${at}.`;
  });
  return `${title}, ${unit}. ${sentences.join(' ')}`;
}
