/** Figures of a plan as people read them: a median, and the range that nine of ten runs fall into. */

import type { Band, EngineName, FigureName, PlanResult } from '../../sim/plan-result.ts';
import { FIGURES } from '../../sim/plan-result.ts';
import { ABSENT, brief, briefMoney, bytesPerSec, count, counted, duration, eventClock, percent } from '../format.ts';
import type { Maybe } from '../format.ts';

/** `2.91 M viewers`, `145/s`, `84 GB/s`, `$1,566.00`, `4.2 s`, in the unit of a figure, a sizing line or a formula. */
export function inPlanUnit(value: Maybe, unit: string, currency: string): string {
  const plain = bareUnit(value, unit, currency);
  if (plain === ABSENT || SELF_EXPLAINING.includes(unit) || unit === '') return plain;
  if (unit.startsWith('/')) return `${plain}${unit}`;
  return `${plain} ${value === 1 ? unit.replace(/(?<=ch)es$|s$/, '') : unit}`;
}

/** Units that are part of how the number is written. */
const SELF_EXPLAINING = ['minor', 'ms', 'bytes/s'];

/** The number without a word behind it: for bands and columns that name their unit elsewhere. */
function bareUnit(value: Maybe, unit: string, currency: string): string {
  if (unit === 'minor') return briefMoney(value, currency);
  if (unit === 'ms') return duration(value);
  if (unit === 'bytes/s') return bytesPerSec(value);
  return brief(value);
}

/** `9,612 to 10,133`; in words when every run says the same. */
export function bandText(band: Band | null, unit: string, currency: string): string {
  return rangeText(band, (value) => bareUnit(value, unit, currency));
}

/** `a to b`, as `show` writes both ends. */
export function rangeText(band: Band | null, show: (value: Maybe) => string): string {
  if (band === null) return ABSENT;
  const [low, high] = [show(band.p05), show(band.p95)];
  if (low === ABSENT || high === ABSENT) return ABSENT;
  if (low !== high) return `${low} to ${high}`;
  // Equal in the digits that are shown is not the same in every run.
  return band.p05 === band.p95 ? 'no spread' : 'hardly any spread';
}

/** `0.1 to 0.3 %`. */
export function percentBand(band: Band): string {
  const range = rangeText(band, percent);
  return range.replace(/ ?%(?= to )/, '');
}

/** The moment of the peak is a clock; every other figure has the unit of its registry. */
const isMoment = (name: FigureName): boolean => name === 'peakViewersAtMs';

export function figureText(name: FigureName, value: Maybe, currency: string): string {
  return isMoment(name) ? eventClock(value) : inPlanUnit(value, FIGURES[name].unit, currency);
}

/** Without the word of the unit: for a column whose head or row names it. */
export function figureNumber(name: FigureName, value: Maybe, currency: string): string {
  return isMoment(name) ? eventClock(value) : bareUnit(value, FIGURES[name].unit, currency);
}

export function figureBand(name: FigureName, band: Band, currency: string): string {
  return isMoment(name) ? rangeText(band, eventClock) : bandText(band, FIGURES[name].unit, currency);
}

/** `+120`, `−$2.10 M`, `0`. */
export function differenceNumber(name: FigureName, value: Maybe, currency: string): string {
  return signed(value, (size) => bareUnit(size, FIGURES[name].unit, currency));
}

export function differenceBand(name: FigureName, band: Band, currency: string): string {
  return rangeText(band, (value) => signed(value, (size) => bareUnit(size, FIGURES[name].unit, currency)));
}

/** `+9.1 %`, `−14 %`, `0 %`. */
export function signedPercent(share: Maybe): string {
  return signed(share, percent);
}

function signed(value: Maybe, show: (size: Maybe) => string): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return ABSENT;
  const sign = value > 0 ? '+' : value < 0 ? '−' : '';
  return `${sign}${show(Math.abs(value))}`;
}

/** Nine of ten differences lie on one side of nothing. */
export function excludesZero({ p05, p95 }: Band): boolean {
  return p05 > 0 || p95 < 0;
}

export const ENGINE_WORDS: Readonly<Record<EngineName, { readonly name: string; readonly meaning: string }>> = {
  agents: { name: 'exact agents', meaning: 'Every viewer is played on a virtual clock.' },
  cohorts: {
    name: 'cohorts',
    meaning: 'Viewers are played as groups in steps of time, with whole numbers drawn at random.',
  },
};

/** `57 figures that nobody measured, 44 of them without a source`. */
export function assumedInWords({ assumptions, unsourced }: Pick<PlanResult, 'assumptions' | 'unsourced'>): string {
  const all = assumptions.length + unsourced.length;
  if (all === 0) return 'every figure that the plan hangs on was measured';
  const figures = counted(all, 'figure that nobody measured', 'figures that nobody measured');
  const which = unsourced.length === all ? (all === 1 ? 'it names no source' : 'all without a source') : '';
  const some = unsourced.length === 0 ? '' : `, ${which || `${count(unsourced.length)} of them without a source`}`;
  return `${figures}${some}`;
}

/** `50 of 200 runs` when it was stopped before its end. */
export function runsText({ runs, runsDone }: { readonly runs: number; readonly runsDone: number }): string {
  const all = inPlanUnit(runs, 'runs', '');
  return runsDone === runs ? all : `${brief(runsDone)} of ${all}`;
}
