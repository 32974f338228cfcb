/** What the figures rest on: the engine, and everything that nobody measured. */

import type { PlanResult } from '../../../sim/plan-result.ts';
import { count } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { empty, section } from '../../html/sections/table.ts';
import { assumedInWords, ENGINE_WORDS } from '../words.ts';

const SHOWN = 20;

export function assumptionsSection(result: PlanResult): Html {
  const { plan, assumptions, unsourced, notes } = result;
  const { name, meaning } = ENGINE_WORDS[plan.engine];
  return section('assumptions', 'What is assumed', assumedInWords(result), [
    html`<p class="prose">
      The engine is ${name}. ${meaning} What answers the viewers is a queueing model, not a backend.
    </p>`,
    assumptions.length === 0 ? empty('The scenario calls no figure an assumption.') : folded(assumptions),
    ...(unsourced.length === 0
      ? []
      : [html`<h3>Figures without a source, to be read as assumptions too</h3>`, folded(unsourced)]),
    ...(notes.length === 0 ? [] : [html`<h3>Notes</h3>`, list(notes)]),
  ]);
}

function folded(items: readonly string[]): Html {
  if (items.length <= SHOWN + 2) return list(items);
  return html`${list(items.slice(0, SHOWN))}
    <details class="fold">
      <summary>${count(items.length - SHOWN)} more</summary>
      ${list(items.slice(SHOWN))}
    </details>`;
}

function list(items: readonly string[]): Html {
  return html`<ul class="notes">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}
