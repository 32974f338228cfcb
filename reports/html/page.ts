/** report.html: one file that works from a disk, without a network and without a server. */

import type { RunResult } from '../../sim/result.ts';
import { verdictWords } from '../verdict.ts';
import { contentPolicy, pageCss, pageScripts } from './assets.ts';
import { html, raw } from './escape.ts';
import type { Html } from './escape.ts';
import { chartsSection } from './sections/charts.ts';
import { invariantsSection, thresholdsSection } from './sections/checks.ts';
import { metricsSection, notesSection, workersSection } from './sections/details.ts';
import { funnelSection } from './sections/funnel.ts';
import { pageHeader } from './sections/header.ts';
import { figuresSection, setupSection } from './sections/overview.ts';
import { cuesSection, stockSection } from './sections/show.ts';

const JUMPS: readonly (readonly [id: string, label: string])[] = [
  ['setup', 'Setup'],
  ['charts', 'Charts'],
  ['funnel', 'Funnel'],
  ['thresholds', 'Thresholds'],
  ['invariants', 'Invariants'],
  ['cues', 'Cues'],
  ['stock', 'Stock'],
  ['metrics', 'Metrics'],
  ['workers', 'Workers'],
  ['notes', 'Notes'],
];

/** The whole page as text in UTF-8. It loads nothing; every text of the result is escaped. */
export function renderHtml(result: RunResult): string {
  const scripts = pageScripts();
  const page = html`<!doctype html>
    <html lang="en">
      ${head(result, scripts)}
      <body>
        <a class="skip" href="#main">Skip to the figures</a>
        ${pageHeader(result)}
        <nav class="jumps" aria-label="Sections">
          ${JUMPS.map(([id, label]) => html`<a href="#${id}">${label}</a> `)}
        </nav>
        <main id="main">
          ${figuresSection(result)}${setupSection(result)}${chartsSection(result)}${funnelSection(result)}
          ${thresholdsSection(result)}${invariantsSection(result)}${cuesSection(result)}${stockSection(result)}
          ${metricsSection(result)}${workersSection(result)}${notesSection(result)}
        </main>
        <footer>
          Made by ${result.tool.name} ${result.tool.version}. This page loads nothing from elsewhere; result.json beside
          it holds the same figures for machines.
        </footer>
        ${scripts.map(scriptElement)}
      </body>
    </html> `;
  return page.html;
}

function head(result: RunResult, scripts: readonly string[]): Html {
  const { scenario } = result;
  return html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${contentPolicy(scripts)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${verdictWords(result).word}: ${scenario.title === '' ? scenario.name : scenario.title}</title>
    ${raw(`<style>\n${pageCss()}\n</style>`)}
  </head>`;
}

/** To the byte: the policy names the hash of what stands between the tags. */
function scriptElement(script: string): Html {
  return raw(`<script>${script}</script>`);
}
