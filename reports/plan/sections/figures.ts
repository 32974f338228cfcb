/** The figures that a planner asks for first, all of them in a table, and what exactly was planned. */

import type { FigureName, PlanResult } from '../../../sim/plan-result.ts';
import { FIGURES } from '../../../sim/plan-result.ts';
import { brief, count, counted, duration, eventClock, utc } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { factsSection, figureCards } from '../../html/sections/overview.ts';
import { section, table, text } from '../../html/sections/table.ts';
import { planCommand } from '../commands.ts';
import { FIGURE_GROUPS } from '../groups.ts';
import { outagesInWords } from '../outages.ts';
import { ENGINE_WORDS, figureBand, figureNumber, figureText, runsText } from '../words.ts';

const CARDS: readonly FigureName[] = [
  'peakViewers',
  'peakJoinsPerSec',
  'peakChatPerSec',
  'peakDeliveriesPerSec',
  'peakEgressBytesPerSec',
  'peakHttpPerSec',
  'orders',
  'peakOrdersPerSec',
  'units',
  'gmvMinor',
  'netMinor',
  'lostSoldOut',
  'lostSlow',
];

export function keyFiguresSection({ figures, scenario: { currency } }: PlanResult): Html {
  return figureCards(
    CARDS.map((name) => {
      const value = figureNumber(name, figures[name].p50, currency);
      const rest = figureText(name, figures[name].p50, currency).slice(value.length).trim();
      const peakAt =
        name === 'peakViewers' && figures[name].p50 > 0 ? `, at ${eventClock(figures.peakViewersAtMs.p50)}` : '';
      return {
        id: name,
        label: FIGURES[name].label,
        value,
        ...(rest === '' ? {} : { unit: rest }),
        detail: `${figureBand(name, figures[name], currency)}${peakAt}`,
      };
    }),
  );
}

export function allFiguresSection({ figures, scenario: { currency } }: PlanResult): Html {
  const right = true;
  const columns = [
    { label: 'Figure' },
    { label: 'Median', figures: right },
    { label: '5 to 95 %', figures: right },
    { label: 'Mean', figures: right },
  ];
  const tables = FIGURE_GROUPS.map(({ title, names }) => {
    const rows = names.map((name) => [
      html`${FIGURES[name].label}<span class="meaning">${FIGURES[name].meaning}</span>`,
      text(figureText(name, figures[name].p50, currency)),
      text(figureBand(name, figures[name], currency)),
      text(figureNumber(name, figures[name].mean, currency)),
    ]);
    return html`<h3>${title}</h3>
      ${table({ caption: title, columns, rows, narrow: 'cards' })}`;
  });
  return section('figures', 'All figures', 'over the Monte Carlo runs; nine of ten fall between 5 and 95 %', [
    html`<div class="groups">${tables}</div>`,
  ]);
}

export function planSetupSection(result: PlanResult): Html {
  return factsSection('What was planned', setupFacts(result), ['To plan it again', planCommand(result)]);
}

function setupFacts(result: PlanResult): [string, string][] {
  const { scenario, plan, tool } = result;
  const facts: [string, string][] = [
    ['Scenario', `${scenario.name}, ${scenario.file}`],
    ['Event', duration(scenario.durationMs)],
    ['Scale', plan.scale === 1 ? 'full size' : `audience and stock × ${plan.scale}`],
    ['Engine', ENGINE_WORDS[plan.engine].name],
    ['Runs', runsText(plan)],
    ['Seed', plan.seed],
    ['Acts a run', `${brief(Math.round(plan.eventsPerRun))} in the mean`],
    ['Took', `${duration(plan.tookMs)} on ${counted(tool.cores, 'core', 'cores')}`],
    ['Started', utc(plan.startedAt)],
    ['Made by', `${tool.name} ${tool.version}, Node ${tool.node}, ${tool.platform}`],
  ];
  const outages = outagesInWords(result);
  if (outages.length > 0) facts.push([outages.length === 1 ? 'Outage' : 'Outages', outages.join(', ')]);
  if (scenario.overrides.length > 0)
    facts.push([
      scenario.overrides.length === 1 ? 'Override' : `${count(scenario.overrides.length)} overrides`,
      scenario.overrides.join(', '),
    ]);
  return facts;
}
