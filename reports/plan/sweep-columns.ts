/** The columns of a sweep: GMV and orders, and of the other figures those that the swept value moves most. */

import type { Band, FigureName, SweepPoint } from '../../sim/plan-result.ts';
import { FIGURES } from '../../sim/plan-result.ts';
import { ABSENT, milliseconds, percent } from '../format.ts';
import type { Maybe } from '../format.ts';
import { soldOutSpan } from './drops.ts';
import { figureBand, figureNumber, percentBand, rangeText } from './words.ts';

export interface SweepColumn {
  readonly label: string;
  /** Money that is a share of GMV: where it keeps to that share, it says nothing beside GMV. */
  readonly ofGmv?: true;
  /** `null` where it did not happen. */
  band(point: SweepPoint): Band | null;
  show(value: Maybe): string;
  range(band: Band): string;
}

export interface SweepColumns {
  /** GMV and orders first, then as people ask for them. */
  readonly shown: readonly SweepColumn[];
  /** Labels of those that differ less than the ones that are shown, and of those that are the same at every value. */
  readonly alsoDiffer: readonly string[];
  readonly same: readonly string[];
}

const ALWAYS = 2;
/** Shares that differ by less, of the largest, are the same. */
const STEADY = 0.05;
/** Beside these. */
const MOST_DIFFERING = 7;

/** `fits` says whether so many columns have room; those that differ most come first. */
export function sweepColumns(
  points: readonly SweepPoint[],
  currency: string,
  fits: (columns: readonly SweepColumn[]) => boolean = () => true,
): SweepColumns {
  const all = candidates(currency);
  const always = all.slice(0, ALWAYS);
  const others = all.slice(ALWAYS);
  const differing = others.filter((column) => differs(column, points));
  const ranked = differing.toSorted((a, b) => weightOf(b, points) - weightOf(a, points));
  const inOrder = (some: readonly SweepColumn[]): SweepColumn[] => all.filter((column) => some.includes(column));
  let most = Math.min(MOST_DIFFERING, ranked.length);
  while (most > 0 && !fits([...always, ...ranked.slice(0, most)])) most--;
  const shown = inOrder([...always, ...ranked.slice(0, most)]);
  return {
    shown,
    alsoDiffer: inOrder(ranked.slice(most)).map(({ label }) => label),
    same: others.filter((column) => !differing.includes(column)).map(({ label }) => label),
  };
}

export function medianText({ band, show }: SweepColumn, point: SweepPoint): string {
  const found = band(point);
  return found === null ? ABSENT : show(found.p50);
}

function candidates(currency: string): SweepColumn[] {
  const figure = (name: FigureName): SweepColumn => ({
    label: FIGURES[name].unit === '/s' ? `${FIGURES[name].label}, /s` : FIGURES[name].label,
    band: ({ figures }) => figures[name],
    show: (value) => figureNumber(name, value, currency),
    range: (band) => figureBand(name, band, currency),
  });
  return [
    figure('gmvMinor'),
    figure('orders'),
    { ...figure('netMinor'), ofGmv: true },
    { ...figure('unpaidMinor'), ofGmv: true },
    { ...figure('refundsMinor'), ofGmv: true },
    figure('lostSoldOut'),
    figure('lostSlow'),
    {
      label: 'Drops sold out',
      band: ({ soldOutShare }) => (soldOutShare === null ? null : fixed(soldOutShare)),
      show: percent,
      range: () => '',
    },
    {
      label: 'Sold out after',
      band: ({ soldOutAfterMs }) => soldOutAfterMs,
      show: soldOutSpan,
      range: (band) => rangeText(band, soldOutSpan),
    },
    { label: 'Failed requests', band: ({ failedShare }) => failedShare, show: percent, range: percentBand },
    figure('peakHttpPerSec'),
    figure('peakOrdersPerSec'),
    {
      label: 'p99, slowest endpoint',
      band: ({ slowestP99Ms }) => slowestP99Ms,
      show: milliseconds,
      range: (band) => rangeText(band, milliseconds),
    },
    figure('peakViewers'),
    figure('peakChatPerSec'),
    figure('peakDeliveriesPerSec'),
    figure('peakChatLagMs'),
  ];
}

/** A share of all runs has no band. */
function fixed(value: number): Band {
  return { p025: value, p05: value, p50: value, p95: value, p975: value, mean: value };
}

/** To the eye: medians that read the same are the same. */
function differs(column: SweepColumn, points: readonly SweepPoint[]): boolean {
  return new Set(points.map((point) => medianText(column, point))).size > 1;
}

/** What is a steady share of GMV comes last. */
function weightOf(column: SweepColumn, points: readonly SweepPoint[]): number {
  const medians = relative(points.map((point) => column.band(point)?.p50 ?? 0));
  const gmv = relative(points.map(({ figures }) => figures.gmvMinor.p50));
  const isShare = column.ofGmv && medians.every((median, i) => Math.abs(median - gmv[i]) < STEADY);
  return isShare ? 0 : Math.max(...medians) - Math.min(...medians);
}

/** To the largest; all 0 when that is 0. */
function relative(values: readonly number[]): number[] {
  const finite = values.map((value) => (Number.isFinite(value) ? value : 0));
  const size = Math.max(...finite.map(Math.abs));
  return finite.map((value) => (size > 0 ? value / size : 0));
}
