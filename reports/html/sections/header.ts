/** What was rehearsed and how it ended: the part of the page that is read from across the room. */

import type { RunResult } from '../../../sim/result.ts';
import { eventClock } from '../../format.ts';
import { verdictWords } from '../../verdict.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';

export function pageHeader(result: RunResult): Html {
  const { scenario } = result;
  const about = scenario.about === '' ? null : html`<p class="about">${scenario.about}</p>`;
  return html`<header class="top">
    <div class="brand">
      <span>flashcrowd <span class="soft">rehearsal report</span></span>
      <button type="button" id="theme" hidden>Theme: system</button>
    </div>
    <h1>${scenario.title === '' ? scenario.name : scenario.title}</h1>
    ${about} ${partialBanner(result)} ${verdictBand(result)}
  </header> `;
}

function partialBanner({ partial }: RunResult): Html | null {
  if (!partial) return null;
  return html`<p class="partial" role="note">
    <strong>PARTIAL</strong> stopped at ${eventClock(partial.atMs)} because ${because(partial.reason)}
    <span>Everything below covers the time up to that moment and nothing after it.</span>
  </p>`;
}

/** The reason as the end of a sentence. */
function because(reason: string): string {
  const bare = reason.trim().replace(/[.\s]+$/, '');
  return bare === '' ? 'of a reason that was not recorded.' : `${bare}.`;
}

function verdictBand(result: RunResult): Html {
  const { verdict } = result;
  const { word, meaning, sign, tone } = verdictWords(result);
  const reasons = verdict.reasons.map((reason) => html`<li>${reason}</li>`);
  return html`<section class="verdict ${tone}" aria-label="Verdict">
    <p class="word"><span class="sign" aria-hidden="true">${sign}</span>${word}</p>
    <div class="why">
      <p>${meaning}</p>
      ${
        reasons.length > 0
          ? html`<ul>
              ${reasons}
            </ul>`
          : null
      }
    </div>
    <p class="exit">exit code ${verdict.exitCode}</p>
  </section>`;
}
