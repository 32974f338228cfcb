/** report.html of a run. */

import type { RunResult } from '../../sim/result.ts';
import { verdictWords } from '../verdict.ts';
import { chartsSection } from './sections/charts.ts';
import { thresholdsSection } from './sections/checks.ts';
import { metricsSection, notesSection, workersSection } from './sections/details.ts';
import { funnelSection } from './sections/funnel.ts';
import { pageHeader } from './sections/header.ts';
import { incidentsSection, invariantsSection } from './sections/ledger.ts';
import { figuresSection, setupSection } from './sections/overview.ts';
import { plannedSection } from './sections/planned.ts';
import { cuesSection, stockSection } from './sections/show.ts';
import { videoSection } from './sections/video.ts';
import { renderPage } from './shell.ts';

const JUMPS: readonly (readonly [id: string, label: string])[] = [
  ['setup', 'Setup'],
  ['charts', 'Charts'],
  ['planned', 'Planned'],
  ['funnel', 'Funnel'],
  ['video', 'Video'],
  ['thresholds', 'Thresholds'],
  ['invariants', 'Invariants'],
  ['incidents', 'Incidents'],
  ['cues', 'Cues'],
  ['stock', 'Stock'],
  ['metrics', 'Metrics'],
  ['workers', 'Workers'],
  ['notes', 'Notes'],
];

export function renderHtml(result: RunResult): string {
  const { scenario, tool } = result;
  const video = videoSection(result);
  return renderPage({
    title: `${verdictWords(result).word}: ${scenario.title === '' ? scenario.name : scenario.title}`,
    header: pageHeader(result),
    jumps: JUMPS.filter(([id]) => id !== 'video' || video !== null),
    main: [
      figuresSection(result),
      setupSection(result),
      chartsSection(result),
      plannedSection(result),
      funnelSection(result),
      ...(video === null ? [] : [video]),
      thresholdsSection(result),
      invariantsSection(result),
      incidentsSection(result),
      cuesSection(result),
      stockSection(result),
      metricsSection(result),
      workersSection(result),
      notesSection(result),
    ],
    footer: `Made by ${tool.name} ${tool.version}. This page loads nothing from elsewhere; result.json beside it holds the same figures for machines.`,
  });
}
