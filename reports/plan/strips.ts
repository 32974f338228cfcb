/** The charts of a plan: a median with its band where there is one row, medians alone where several stand together. */

import type { Fan, PlanResult, PlanRow } from '../../sim/plan-result.ts';
import { minorDigits } from '../../sim/money.ts';
import { brief, duration, eventClock } from '../format.ts';
import { LINE_COLORS } from '../html/palette.ts';
import type { ColorName } from '../html/palette.ts';
import { highest, tidy } from '../html/strip-line.ts';
import type { StripLine } from '../html/strip-line.ts';
import type { Strip } from '../html/strips.ts';

interface LineSpec {
  readonly row: PlanRow;
  readonly label: string;
  readonly color: ColorName;
  /** The median alone: bands of several lines over each other cannot be told apart. */
  readonly bare?: boolean;
  readonly dashed?: boolean;
}

interface StripSpec {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly LineSpec[];
  readonly shown?: (plan: PlanResult) => boolean;
}

const SPECS: readonly StripSpec[] = [
  { id: 'viewers', title: 'Viewers', unit: 'at once', lines: [{ row: 'viewers', label: 'there', color: 'blue' }] },
  {
    id: 'joins',
    title: 'Coming and going',
    unit: '/s',
    lines: [
      { row: 'joins', label: 'joins', color: 'blue' },
      { row: 'leaves', label: 'leaves', color: 'orange', dashed: true, bare: true },
    ],
  },
  {
    id: 'chat',
    title: 'Chat sent',
    unit: '/s',
    lines: [
      { row: 'chatSent', label: 'messages', color: 'blue' },
      { row: 'likeBatches', label: 'like batches', color: 'orange', bare: true },
    ],
  },
  {
    id: 'deliveries',
    title: 'Deliveries',
    unit: '/s, all viewers',
    lines: [{ row: 'deliveries', label: 'messages', color: 'blue' }],
  },
  {
    id: 'chat-lag',
    title: 'Chat lag',
    unit: 'ms, worst of a step',
    lines: [{ row: 'chatLagMs', label: 'lag', color: 'orange' }],
    shown: ({ series }) => varies(series.rows.chatLagMs),
  },
  {
    id: 'requests',
    title: 'Shop requests',
    unit: '/s, medians',
    lines: [
      { row: 'viewRequests', label: 'product pages', color: 'blue', bare: true },
      { row: 'cartRequests', label: 'carts', color: 'orange', bare: true },
      { row: 'checkoutRequests', label: 'checkouts', color: 'green', bare: true },
      { row: 'payRequests', label: 'payments', color: 'purple', bare: true },
    ],
  },
  {
    id: 'wait',
    title: 'Queueing',
    unit: 'ms, longest of a step',
    lines: [{ row: 'waitMs', label: 'wait', color: 'orange' }],
    shown: ({ series }) => happens(series.rows.waitMs),
  },
  {
    id: 'failed',
    title: 'Time-outs and refusals',
    unit: '/s',
    lines: [{ row: 'failedRequests', label: 'requests', color: 'purple' }],
    shown: ({ series }) => happens(series.rows.failedRequests),
  },
  { id: 'orders', title: 'Orders paid', unit: '/s', lines: [{ row: 'orders', label: 'orders', color: 'green' }] },
];

export function planStrips(plan: PlanResult): Strip[] {
  const strips = SPECS.filter(({ shown }) => shown?.(plan) ?? true).map((spec) => specStrip(plan, spec));
  return [...strips, gmvStrip(plan), ...stockStrip(plan)];
}

function specStrip(plan: PlanResult, { id, title, unit, lines }: StripSpec): Strip {
  const built = lines.map(({ row, label, color, bare = false, dashed = false }) =>
    fanLine(plan.series.rows[row], { label, color, dashed, bare, unit }),
  );
  return strip(plan, id, title, unit, built);
}

function strip(plan: PlanResult, id: string, title: string, unit: string, lines: readonly StripLine[]): Strip {
  // Means over a step: a drop a minute is a fraction of an order a second.
  return { id, title, unit, whole: false, lines, limit: null, summary: inWords(plan, title, unit, lines) };
}

interface LineLook {
  readonly label: string;
  readonly color: ColorName;
  readonly dashed: boolean;
  readonly bare: boolean;
  readonly unit: string;
}

function fanLine({ p05, p50, p95 }: Fan, { label, color, dashed, bare, unit }: LineLook): StripLine {
  const values = p50.map(tidy);
  const most = highest(values);
  return {
    label,
    color,
    area: false,
    dashed,
    values,
    ...(bare ? {} : { band: { low: p05.map(tidy), high: p95.map(tidy) } }),
    rest: most === null ? 'no step' : most.value === 0 ? 'median 0' : `peak ${figure(most.value, unit)}`,
  };
}

/** In whole units of the currency, a second. */
function gmvStrip(plan: PlanResult): Strip {
  const { currency } = plan.scenario;
  const scaled = (row: readonly number[]): number[] => row.map((minor) => minor / 10 ** minorDigits(currency));
  const { p05, p50, p95 } = plan.series.rows.gmvMinor;
  const unit = `${currency}/s`;
  const look = { label: 'orders paid', color: 'green', dashed: false, bare: false, unit } as const;
  return strip(plan, 'gmv', 'GMV', unit, [fanLine({ p05: scaled(p05), p50: scaled(p50), p95: scaled(p95) }, look)]);
}

function stockStrip(plan: PlanResult): Strip[] {
  const titles = new Map(plan.products.map((product) => [product.productId, product.title]));
  const all = Object.entries(plan.series.stockLeft);
  if (all.length === 0) return [];
  const unit = 'units that can be bought';
  const lines = all.slice(0, LINE_COLORS.length).map(([productId, fan], index): StripLine => {
    const label = titles.get(productId) ?? productId;
    const line = fanLine(fan, { label, color: LINE_COLORS[index], dashed: false, bare: false, unit });
    return {
      ...line,
      rest: fan.p50.length === 0 ? 'no step' : `${brief(fan.p50[fan.p50.length - 1])} for sale at end`,
    };
  });
  const hidden = Math.max(0, plan.products.length - lines.length);
  const title = hidden > 0 ? `For sale (${hidden} more products not drawn)` : 'For sale';
  return [strip(plan, 'stock', title, unit, lines)];
}

function inWords({ series }: PlanResult, title: string, unit: string, lines: readonly StripLine[]): string {
  const sentences = lines.map(({ label, values, band }) => {
    const most = highest(values);
    if (most === null) return `${label}: no step.`;
    const [first, last] = [values[0], values[values.length - 1]].map((value) => figure(value ?? 0, unit));
    const at = eventClock(series.startMs + most.index * series.stepMs);
    const low = figure(band?.low[most.index] ?? most.value, unit);
    const high = figure(band?.high[most.index] ?? most.value, unit);
    const range = band && low !== high ? `, in nine of ten runs ${low} to ${high} there` : '';
    return `${label}: median from ${first} to ${last}, highest ${figure(most.value, unit)} at ${at}${range}.`;
  });
  return `${title}, ${unit}. ${sentences.join(' ')}`;
}

function figure(value: number, unit: string): string {
  return unit.startsWith('ms') ? duration(value) : brief(value);
}

function varies({ p05, p95 }: Fan): boolean {
  return p95.some((high, step) => high !== p95[0] || p05[step] !== p05[0]);
}

function happens({ p95 }: Fan): boolean {
  return p95.some((high) => high > 0);
}
