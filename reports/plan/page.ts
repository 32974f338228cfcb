/** report.html of a plan: the look and the charts of the report of a run, with bands instead of a verdict. */

import type { PlanResult } from '../../sim/plan-result.ts';
import { duration } from '../format.ts';
import { html } from '../html/escape.ts';
import type { Html } from '../html/escape.ts';
import { because, partialBanner, topHeader } from '../html/sections/header.ts';
import { stripsSection } from '../html/sections/charts.ts';
import { renderPage } from '../html/shell.ts';
import { planMarks } from './marks.ts';
import { assumptionsSection } from './sections/assumptions.ts';
import { endpointsSection, formulasSection, sizingSection } from './sections/backend.ts';
import { comparisonSection } from './sections/comparison.ts';
import { allFiguresSection, keyFiguresSection, planSetupSection } from './sections/figures.ts';
import { sensitivitySection } from './sections/sensitivity.ts';
import { dropsSection, productsSection } from './sections/show.ts';
import { sweepSection } from './sections/sweep.ts';
import { planStrips } from './strips.ts';
import { ENGINE_WORDS, runsText } from './words.ts';

/** A section, where it can be jumped to, and how the bar at the top calls it. */
type Part = readonly [id: string, label: string, content: Html];

export function renderPlanHtml(plan: PlanResult): string {
  const { scenario, tool } = plan;
  const parts = partsOf(plan);
  return renderPage({
    title: `Plan: ${scenario.title === '' ? scenario.name : scenario.title}`,
    header: header(plan),
    jumps: parts.map(([id, label]) => [id, label]),
    main: [keyFiguresSection(plan), ...parts.map(([, , content]) => content)],
    footer: `Made by ${tool.name} ${tool.version}. This page loads nothing from elsewhere; plan.json beside it holds the same figures for machines.`,
  });
}

function partsOf(plan: PlanResult): Part[] {
  const charts = stripsSection(
    `The event in steps of ${duration(plan.series.stepMs)}: medians and 5 to 95 % bands`,
    plan.series,
    planStrips(plan),
    planMarks(plan),
  );
  const { comparison, sweep, sensitivity } = plan;
  return [
    ['setup', 'Setup', planSetupSection(plan)],
    ...(comparison ? [['comparison', 'Comparison', comparisonSection(plan, comparison)] as const] : []),
    ...(sweep ? [['sweep', 'Sweep', sweepSection(plan, sweep)] as const] : []),
    ['charts', 'Charts', charts],
    ['figures', 'All figures', allFiguresSection(plan)],
    ['drops', 'Drops', dropsSection(plan)],
    ['products', 'Products', productsSection(plan)],
    ['endpoints', 'Endpoints', endpointsSection(plan)],
    ['sizing', 'Sizing', sizingSection(plan)],
    ['formulas', 'Formulas', formulasSection(plan)],
    ...(sensitivity ? [['sensitivity', 'Sensitivity', sensitivitySection(sensitivity)] as const] : []),
    ['assumptions', 'Assumptions', assumptionsSection(plan)],
  ];
}

function header(plan: PlanResult): Html {
  const { partial } = plan;
  const runs = runsText(plan.plan);
  const stopped =
    partial === null
      ? []
      : [
          partialBanner(
            `stopped after ${runs} because ${because(partial.reason)}`,
            'The bands hold the runs that were done; fewer runs make them less certain.',
          ),
        ];
  return topHeader(plan.scenario, 'plan report', [...stopped, engineBand(plan)]);
}

function engineBand({ plan }: PlanResult): Html {
  const { name, meaning } = ENGINE_WORDS[plan.engine];
  return html`<section class="verdict plain" aria-label="How it was planned">
    <p class="word">Plan</p>
    <div class="why">
      <p>
        No backend was asked. Every figure is a median of simulated runs; nine of ten runs fall into the range beside
        it.
      </p>
      <p class="soft">Played by ${name}: ${because(plan.engineReason)} ${meaning}</p>
    </div>
    <p class="exit">${runsText(plan)}</p>
  </section>`;
}
