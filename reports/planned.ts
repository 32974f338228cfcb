/** What was planned for the window beside what was observed. The terminal and the page show the same figures. */

import { PLANNED_COUNTS } from '../sim/result.ts';
import type { Planned, PlannedBand, PlannedCountName } from '../sim/result.ts';
import { briefMoney, count, counted } from './format.ts';
import type { Maybe } from './format.ts';
import { ENGINE_WORDS } from './plan/words.ts';

export interface ComparedCount {
  readonly name: PlannedCountName;
  readonly label: string;
  readonly observed: string;
  /** Median of the planned runs, and the band of 95 %. */
  readonly median: string;
  readonly range: string;
  /** What the model world says of the crowd of this very run. */
  readonly sameCrowd: string;
  /** `null` when nothing was observed. */
  readonly side: 'below' | 'inside' | 'above' | null;
  /** False when all planned runs say the same. */
  readonly hasWidth: boolean;
  /** Within the band: 0 is its lower end, 1 its upper; beyond them outside, infinite when the band has no width. */
  readonly observedAt: number | null;
  readonly medianAt: number;
}

const NAMES = Object.keys(PLANNED_COUNTS) as PlannedCountName[];

export function comparedCounts(
  { counts, sameCrowd, observed, deviations }: Planned,
  currency: string,
): ComparedCount[] {
  const sides = new Map(deviations.map(({ count: name, side }) => [name, side]));
  return NAMES.map((name) => {
    const { label, unit } = PLANNED_COUNTS[name];
    const band = counts[name];
    const value = observed[name];
    const show = (figure: Maybe): string => (unit === 'minor' ? briefMoney(figure, currency) : count(figure));
    return {
      name,
      label,
      observed: show(value),
      median: show(band.p50),
      sameCrowd: show(sameCrowd?.[name]),
      range: rangeText(unit === 'minor' ? band : wholeNumbers(band), show),
      side: value === null ? null : (sides.get(name) ?? 'inside'),
      hasWidth: band.p975 > band.p025,
      observedAt: value === null ? null : placeIn(band, value),
      medianAt: placeIn(band, band.p50),
    };
  });
}

/** `200 runs by exact agents`. */
export function plannedBy({ runs, engine }: Planned): string {
  return `${counted(runs, 'run', 'runs')} by ${ENGINE_WORDS[engine].name}`;
}

/** `1 of 8 counts outside`. Empty when nothing was observed. */
export function comparedInWords(compared: readonly ComparedCount[]): string {
  const observed = compared.filter(({ side }) => side !== null);
  const outside = observed.filter(({ side }) => side !== 'inside').length;
  if (observed.length === 0) return '';
  if (outside === 0) return `all ${counted(observed.length, 'count', 'counts')} inside`;
  return `${outside} of ${counted(observed.length, 'count', 'counts')} outside`;
}

/** The least and the most that can be counted inside the band, so that what stands there and the verdict never disagree. */
function wholeNumbers({ p025, p975 }: PlannedBand): Pick<PlannedBand, 'p025' | 'p975'> {
  const [low, high] = [Math.ceil(p025), Math.floor(p975)];
  return low <= high ? { p025: low, p975: high } : { p025, p975 };
}

function rangeText({ p025, p975 }: Pick<PlannedBand, 'p025' | 'p975'>, show: (value: number) => string): string {
  const [low, high] = [show(p025), show(p975)];
  return low === high ? low : `${low} to ${high}`;
}

function placeIn({ p025, p975 }: PlannedBand, value: number): number {
  if (p975 > p025) return (value - p025) / (p975 - p025);
  if (value === p025) return 0.5;
  return value < p025 ? -Infinity : Infinity;
}
