/** What the plan of the window says, and what the run delivered: a row a count, with a picture of its band. */

import type { Planned, RunResult } from '../../../sim/result.ts';
import { ABSENT, duration } from '../../format.ts';
import { comparedCounts, comparedInWords, plannedBy } from '../../planned.ts';
import type { ComparedCount } from '../../planned.ts';
import { ENGINE_WORDS } from '../../plan/words.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { empty, section, table, text } from './table.ts';

const TITLE = 'Planned against observed';

export function plannedSection({ planned, partial, scenario, series }: RunResult): Html {
  if (!planned) return section('planned', TITLE, '', [empty('Not planned: --no-plan, or the plan was stopped.')]);
  const compared = comparedCounts(planned, scenario.currency);
  const aside = [plannedBy(planned), comparedInWords(compared)].filter((words) => words !== '').join('; ');
  return section('planned', TITLE, aside, [
    introduction(planned, series.stepMs),
    pictureKey(),
    table({ caption: TITLE, columns: COLUMNS, rows: compared.map(row), narrow: 'cards' }),
    html`<p class="prose after">${conclusion(compared, partial !== null)}</p>`,
  ]);
}

const COLUMNS = [
  { label: 'Count' },
  { label: 'Planned', figures: true },
  { label: 'Band of 95 %', figures: true },
  { label: 'This very crowd', figures: true },
  { label: 'Observed', figures: true },
  { label: 'Where it lies' },
  { label: 'Result' },
];

function row(compared: ComparedCount): Html[] {
  const { label, median, range, sameCrowd, observed, side } = compared;
  return [text(label), text(median), text(range), text(sameCrowd), text(observed), picture(compared), sideCell(side)];
}

function introduction({ engine, series }: Planned, runStepMs: number): Html {
  const coarser =
    series.stepMs > runStepMs
      ? html` There it is planned in steps of ${duration(series.stepMs)}: single seconds scatter more than their mean.`
      : null;
  return html`<p class="prose">
    Before the run its window was played in the model world, with other crowds than this one.
    ${ENGINE_WORDS[engine].meaning} In 95 of 100 of those runs a count falls into its band; the charts above show the
    same band over time.${coarser} “This very crowd” is the crowd of the run itself, played once in the model world:
    where that and the observed differ, it is not luck.
  </p>`;
}

/** All null: the window was not played to its end. Single ones: that count was not measured. */
function conclusion(compared: readonly ComparedCount[], isPartial: boolean): string {
  const observed = compared.filter(({ side }) => side !== null).length;
  const chance =
    'One count in twenty lies outside by chance; several, or one far outside, are what the backend did (or the generator: see its verdict).';
  if (observed === compared.length) return chance;
  if (observed > 0) return `${chance} A dash: not measured.`;
  return isPartial
    ? 'The window was not played to its end. Part of it says nothing about a plan for the whole, so nothing is compared.'
    : 'Nothing was measured that could be compared.';
}

/** The band takes this part of the picture, in its middle; each row has its own scale. */
const BAND = { from: 30, width: 40 };
/** A dot nearer to the edge than this would be cut off. */
const EDGE = 3;

function picture({ hasWidth, medianAt, observedAt, side }: ComparedCount): Html {
  const band = html`<span class="planned-band" style="${`left:${BAND.from}%;width:${BAND.width}%`}"></span>`;
  const median = html`<span class="planned-median" style="${`left:${percentOf(medianAt).toFixed(2)}%`}"></span>`;
  return html`<span class="place" aria-hidden="true">${hasWidth ? band : null}${median}${dot(observedAt, side)}</span>`;
}

function dot(observedAt: number | null, side: ComparedCount['side']): Html | null {
  if (observedAt === null) return null;
  const at = percentOf(observedAt);
  const place = Math.min(100 - EDGE, Math.max(EDGE, at));
  const classes = ['observed-dot'];
  if (side !== 'inside') classes.push('out');
  // An arrow where the dot itself lies beyond the picture.
  if (place !== at) classes.push(`far-${side}`);
  return html`<span class="${classes.join(' ')}" style="${`left:${place.toFixed(2)}%`}"></span>`;
}

function percentOf(place: number): number {
  return BAND.from + place * BAND.width;
}

function pictureKey(): Html {
  return html`<ul class="place-key" aria-hidden="true">
    <li><span class="planned-band"></span> planned, 95 %</li>
    <li><span class="planned-median"></span> median</li>
    <li><span class="observed-dot"></span> observed</li>
    <li><span class="observed-dot out"></span> outside</li>
    <li><span class="observed-dot out far-above"></span> beyond the picture</li>
  </ul>`;
}

function sideCell(side: ComparedCount['side']): Html {
  if (side === null) return html`<span class="soft">${ABSENT}</span>`;
  if (side === 'inside') return html`<span class="check inside"><span aria-hidden="true">✓</span> inside</span>`;
  return html`<span class="check outside"><span aria-hidden="true">≠</span> ${side}</span>`;
}
