/** What was rehearsed and how it ended: the part of the page that is read from across the room. */

import type { RunResult } from '../../../sim/result.ts';
import { eventClock } from '../../format.ts';
import { verdictWords } from '../../verdict.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';

export function pageHeader(result: RunResult): Html {
  const { partial } = result;
  return topHeader(result.scenario, 'rehearsal report', [
    ...(partial === null
      ? []
      : [
          partialBanner(
            `stopped at ${eventClock(partial.atMs)} because ${because(partial.reason)}`,
            'Everything below covers the time up to that moment and nothing after it.',
          ),
        ]),
    verdictBand(result),
  ]);
}

/** The line of the product with the switch of the theme, the title, what the event is, and what follows. */
export function topHeader(
  { name, title, about }: { readonly name: string; readonly title: string; readonly about: string },
  kind: string,
  content: readonly Html[],
): Html {
  const paragraph = about === '' ? null : html`<p class="about">${about}</p>`;
  return html`<header class="top">
    <div class="brand">
      <span>flashcrowd <span class="soft">${kind}</span></span>
      <button type="button" id="theme" hidden>Theme: system</button>
    </div>
    <h1>${title === '' ? name : title}</h1>
    ${paragraph} ${content}
  </header> `;
}

export function partialBanner(what: string, consequence: string): Html {
  return html`<p class="partial" role="note">
    <strong>PARTIAL</strong> ${what}
    <span>${consequence}</span>
  </p>`;
}

/** The reason as the end of a sentence. */
export function because(reason: string): string {
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
