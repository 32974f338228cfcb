/** The key figures, and what exactly was run. */

import type { RunResult } from '../../../sim/result.ts';
import { keyFigures } from '../../figures.ts';
import type { Figure } from '../../figures.ts';
import { count, counted, duration, eventClock, playersOf, utc } from '../../format.ts';
import { reproduceCommand } from '../../reproduce.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { section } from './table.ts';

export function figuresSection(result: RunResult): Html {
  return figureCards(keyFigures(result));
}

/** One card a figure: what it is, its value, and below what to compare it with. */
export function figureCards(figures: readonly (Figure & { readonly unit?: string })[]): Html {
  const cards = figures.map(
    ({ id, label, value, unit, detail }) =>
      html`<div class="figure" data-figure="${id}">
        <dt>${label}</dt>
        <dd class="value">${value}${unit === undefined ? null : html` <span class="unit">${unit}</span>`}</dd>
        <dd class="detail">${detail}</dd>
      </div> `,
  );
  return html`<section aria-label="Key figures"><dl class="figures">${cards}</dl></section> `;
}

export function setupSection(result: RunResult): Html {
  return factsSection('What was run', setupFacts(result), ['To play it again', reproduceCommand(result)]);
}

/** What exactly the page is about, and the command that makes it again. */
export function factsSection(
  title: string,
  facts: readonly (readonly [label: string, value: string])[],
  [why, command]: readonly [why: string, command: string],
): Html {
  const entries = facts.map(
    ([label, value]) =>
      html`<div>
        <dt>${label}</dt>
        <dd>${value}</dd>
      </div> `,
  );
  return section('setup', title, '', [
    html`<dl class="facts">${entries}</dl>
      <p class="again"><span>${why}</span> <code tabindex="0">${command}</code></p>`,
  ]);
}

function setupFacts(result: RunResult): [string, string][] {
  const { run, scenario, target, tool } = result;
  const until = eventClock(run.fromMs + run.forMs);
  const facts: [string, string][] = [
    ['Scenario', `${scenario.name}, ${scenario.file}`],
    ['Window', `${eventClock(run.fromMs)} to ${until}, ${duration(run.forMs)} of ${duration(scenario.durationMs)}`],
    ['Scale', scaleWords(run.scale)],
    ['Expected peak', `${count(scenario.expectedPeakViewers)} viewers, whole event at this scale`],
    ['Target', target.embedded ? `${target.name}, embedded, ${target.url}` : `${target.name}, ${target.url}`],
    ['Seed', run.seed],
    ['Workers', run.shards > 1 ? playersOf(run) : `${playersOf(run)} on ${counted(tool.cores, 'core', 'cores')}`],
    ['Crowd at the start', rampWords(run.ramp)],
    ['Health', result.health.summary],
    ['Started', utc(run.startedAt)],
    ['Ended', utc(run.endedAt)],
    ['Made by', `${tool.name} ${tool.version}, Node ${tool.node}, ${tool.platform}`],
  ];
  if (run.playedMs < run.forMs) facts.splice(2, 0, ['Played', `${duration(run.playedMs)} of ${duration(run.forMs)}`]);
  if (scenario.overrides.length > 0) facts.push(['Overrides', scenario.overrides.join(', ')]);
  return facts;
}

function scaleWords(scale: number): string {
  return scale === 1 ? 'full size' : `audience and stock × ${scale}`;
}

function rampWords({ viewers, durationMs, failed }: RunResult['run']['ramp']): string {
  if (viewers === 0 && failed === 0) return 'nobody was there yet';
  const words = `${counted(viewers, 'viewer', 'viewers')} connected in ${duration(durationMs)}, not counted`;
  return failed > 0 ? `${words}; ${count(failed)} failed` : words;
}
