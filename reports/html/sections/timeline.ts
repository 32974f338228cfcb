/** One violation in full: what its viewer asked, was told, and what the books say, down a line of time. */

import { exactClock, voiceOf } from '../../ledger.ts';
import type { EvidenceCase } from '../../ledger.ts';
import { html, raw } from '../escape.ts';
import type { Html } from '../escape.ts';

export function evidenceCase({ title, timeline }: EvidenceCase, isOpen: boolean): Html {
  const moments = timeline.map((moment) => {
    const clock = moment.atMs === null ? 'no time' : exactClock(moment.atMs);
    return html`<li class="${voiceOf(moment)}"><span class="clock-at">${clock}</span> <span>${moment.text}</span></li>`;
  });
  const line = html`<ol class="timeline">
    ${moments}
  </ol>`;
  return folded(title, line, isOpen);
}

/** What opens and closes. On paper all of it is open. */
export function folded(summary: string, content: Html, isOpen: boolean): Html {
  return html`<details class="evidence" ${raw(isOpen ? ' open' : '')}>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}
