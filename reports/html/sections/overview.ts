/** The key figures, and what exactly was run. */

import type { RunResult } from '../../../sim/result.ts';
import { keyFigures } from '../../figures.ts';
import { count, counted, duration, eventClock, utc } from '../../format.ts';
import { reproduceCommand } from '../../reproduce.ts';
import { html } from '../escape.ts';
import type { Html } from '../escape.ts';
import { section } from './table.ts';

export function figuresSection(result: RunResult): Html {
  const figures = keyFigures(result).map(
    ({ id, label, value, detail }) =>
      html`<div class="figure" data-figure="${id}">
        <dt>${label}</dt>
        <dd class="value">${value}</dd>
        <dd class="detail">${detail}</dd>
      </div> `,
  );
  return html`<section aria-label="Key figures"><dl class="figures">${figures}</dl></section> `;
}

export function setupSection(result: RunResult): Html {
  const facts = setupFacts(result).map(
    ([label, value]) =>
      html`<div>
        <dt>${label}</dt>
        <dd>${value}</dd>
      </div> `,
  );
  return section('setup', 'What was run', '', [
    html`<dl class="facts">${facts}</dl>
      <p class="again"><span>To play it again</span> <code tabindex="0">${reproduceCommand(result)}</code></p>`,
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
    ['Workers', `${counted(run.workers, 'worker', 'workers')} on ${counted(tool.cores, 'core', 'cores')}`],
    ['Crowd at the start', rampWords(run.ramp)],
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
