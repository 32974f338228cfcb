/** This scenario and the other. */

import type { Comparison, PlanResult } from '../../../sim/plan-result.ts';
import { ABSENT } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { section, table, text } from '../../html/sections/table.ts';
import { comparedFigures, comparedInWords, otherName } from '../comparison.ts';

export function comparisonSection(plan: PlanResult, other: Comparison): Html {
  const figures = true;
  const compared = comparedFigures(plan, other);
  const columns = [
    { label: 'Median' },
    { label: 'This', figures },
    { label: 'Other', figures },
    { label: 'Other minus this', figures },
    { label: '5 to 95 %', figures },
    { label: 'Beyond chance' },
  ];
  const rows = compared.map((row) => [
    text(row.label),
    text(row.here),
    text(row.there),
    text(row.difference),
    text(row.range),
    differsCell(row.differs),
  ]);
  return section('comparison', 'Comparison', comparedInWords(compared), [
    html`<p class="against">
      This: ${plan.scenario.title === '' ? plan.scenario.name : plan.scenario.title} <code>${plan.scenario.file}</code
      ><br />
      Other: ${otherName(other)} <code>${other.file}</code><br />
      <span class="soft">Run by run with the same seeds, so that luck is taken out of the difference.</span>
    </p>`,
    table({ caption: 'Comparison', columns, rows, narrow: 'cards' }),
  ]);
}

function differsCell(differs: boolean | null): Html {
  if (differs) return html`<span class="differs"><span aria-hidden="true">●</span> differs</span>`;
  return html`<span class="soft">${differs === null ? ABSENT : 'no'}</span>`;
}
