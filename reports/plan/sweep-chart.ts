/** A figure over the values of a sweep as a small picture in SVG: a median, and a band or a bar at each value. */

import { html } from '../html/escape.ts';
import type { Html } from '../html/escape.ts';

export interface SweepMark {
  readonly value: string;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

const WIDTH = 340;
const HEIGHT = 190;
const LEFT = 80;
const RIGHT = 16;
const TOP = 12;
const BOTTOM = 26;
/** Labels that fit below the picture. */
const MAX_LABELS = 5;

export interface SweepChart {
  readonly marks: readonly SweepMark[];
  /** What a person sees, in words. */
  readonly summary: string;
  readonly show: (value: number) => string;
}

export function sweepChart({ marks, summary, show }: SweepChart): Html {
  const top = niceTop(Math.max(0, ...marks.map(({ high }) => high)));
  const xs = positions(marks.map(({ value }) => value)).map((share) => LEFT + 10 + share * (WIDTH - LEFT - RIGHT - 20));
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, top / 2, top].map(
    (value) =>
      html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(value))}" y2="${px(y(value))}" />
        <text class="at-left" x="${LEFT - 6}" y="${px(y(value) + 4)}">${show(value)}</text>`,
  );
  const point = (index: number, value: number): string => `${px(xs[index])},${px(y(value))}`;
  const upper = marks.map(({ high }, index) => point(index, high));
  const lower = marks.map(({ low }, index) => point(index, low)).toReversed();
  const line = marks.map(({ median }, index) => point(index, median));
  const dots = marks.map(
    ({ low, high, median }, index) =>
      html`<line class="reach" x1="${px(xs[index])}" x2="${px(xs[index])}" y1="${px(y(low))}" y2="${px(y(high))}" />
        <circle cx="${px(xs[index])}" cy="${px(y(median))}" r="3" />`,
  );
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${summary}">
    ${grid}
    <polygon class="band" points="${[...upper, ...lower].join(' ')}" />
    <polyline class="median" points="${line.join(' ')}" />
    ${dots}${labels(marks, xs)}
  </svg>`;
}

/** Numbers stand where they belong on the axis, names one after the other. 0 to 1. */
export function positions(values: readonly string[]): number[] {
  const numbers = values.map(numberOf);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  // `NaN` when a value is a name.
  if (most > least) return numbers.map((value) => (value - least) / (most - least));
  return values.map((_value, index) => (values.length === 1 ? 0.5 : index / (values.length - 1)));
}

const FACTORS: Readonly<Record<string, number>> = { '': 1, '%': 1, k: 1e3, M: 1e6, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };

/** `25000`, `25k`, `20%`, `1.5h`; NaN for everything else. Mixed units of one kind keep their order. */
function numberOf(value: string): number {
  const match = /^(-?\d+(?:\.\d+)?)(|%|k|M|ms|s|m|h)$/.exec(value.trim());
  return match ? Number(match[1]) * FACTORS[match[2]] : NaN;
}

/** The first and the last value, and those between that keep their distance. */
function labels(marks: readonly SweepMark[], xs: readonly number[]): Html[] {
  const gap = (WIDTH - LEFT - RIGHT) / MAX_LABELS;
  const last = marks.length - 1;
  let taken = -Infinity;
  return marks.flatMap(({ value }, index) => {
    const free = xs[index] - taken >= gap && (index === last || xs[last] - xs[index] >= gap);
    if (!free && index !== last) return [];
    taken = xs[index];
    const anchor = index === last && last > 0 ? 'at-left' : index === 0 && last > 0 ? 'at-right' : 'at-middle';
    const x = anchor === 'at-left' ? WIDTH - 4 : anchor === 'at-right' ? LEFT : xs[index];
    return [html`<text class="${anchor}" x="${px(x)}" y="${HEIGHT - 6}">${shortened(value)}</text>`];
  });
}

function shortened(value: string): string {
  return value.length > 12 ? `${value.slice(0, 11)}…` : value;
}

/** The next of 1, 2, 4, 5, 8, 10, ... that is not below: half of it is a round figure too. */
function niceTop(most: number): number {
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].find((step) => step * power >= most) ?? 10);
}

function px(value: number): string {
  return String(Number(value.toFixed(1)));
}
