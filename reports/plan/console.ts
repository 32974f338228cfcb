/** What the terminal shows when a plan is made: what was played, the figures with their bands, then what they mean. */

import type { PlanResult } from '../../sim/plan-result.ts';
import { fileLines, indented, joined, titled } from '../console/blocks.ts';
import { columnsOf, cut, painter, printable, wrap } from '../console/text.ts';
import { count, counted, duration } from '../format.ts';
import { planCommand, rehearseCommand, sensitivityCommand } from './commands.ts';
import { curveLines, figureLines } from './console-figures.ts';
import { comparisonLines, sensitivityLines, sweepLines } from './console-questions.ts';
import { dropLines, endpointLines, formulaLines, outageLines, sizingLines } from './console-tables.ts';
import type { Context } from './console-tables.ts';
import { otherName } from './comparison.ts';
import { assumedInWords, ENGINE_WORDS, runsText } from './words.ts';

export interface PlanSummaryOptions {
  readonly color: boolean;
  /** Columns of the terminal; less than 40 counts as 40. Paths and commands are never cut: they are there to be copied. */
  readonly width: number;
  /** What was written where, `{ report: 'results/…/report.html' }`. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Assumptions that are named; the report has them all. */
const SHOWN_ASSUMPTIONS = 5;

/** The summary with a line break at its end. */
export function renderPlanSummary(plan: PlanResult, options: PlanSummaryOptions): string {
  const paint = painter(options.color);
  const context: Context = { plan, paint, width: Math.max(40, options.width) };
  const { comparison, sweep, sensitivity } = plan;
  const other = comparison ? `compared with ${cut(printable(otherName(comparison)), context.width - 20)}` : '';
  const over = sweep ? `sweep over ${cut(printable(sweep.path), context.width - 16)}` : '';
  return joined([
    titleBlock(context),
    ...figureLines(context),
    titled(paint, 'medians over the event', curveLines(context)),
    titled(paint, 'drops', dropLines(context)),
    titled(paint, 'outages', outageLines(context)),
    titled(paint, 'endpoints', endpointLines(context)),
    titled(paint, 'sizing', sizingLines(context)),
    titled(paint, 'formulas of the field', formulaLines(context)),
    titled(paint, 'sensitivity', sensitivity ? sensitivityLines(context, sensitivity) : []),
    titled(paint, over, sweep ? sweepLines(context, sweep) : []),
    titled(paint, other, comparison ? comparisonLines(context, comparison) : []),
    titled(paint, 'assumed', assumptionLines(context)),
    titled(paint, 'files', fileLines(options.files)),
    titled(paint, 'next', nextLines(context)),
  ]);
}

function titleBlock({ plan: result, paint, width }: Context): string[] {
  const { scenario, plan, partial, tool } = result;
  const word = 'PLAN';
  const title = cut(printable(scenario.title || scenario.name), width - columnsOf(word) - 4);
  const lines = [`  ${paint('bold', word)}  ${title}`];
  const engine = `Played by ${ENGINE_WORDS[plan.engine].name}: ${printable(plan.engineReason)}.`;
  lines.push(...indented(engine, width));
  if (partial) {
    const words = `PARTIAL: stopped after ${runsText(plan)} because ${printable(partial.reason)}`;
    lines.push(...indented(words, width).map((line) => paint('yellow', line)));
  }
  const facts = [
    `${duration(scenario.durationMs)} event`,
    plan.scale === 1 ? 'full size' : `scale ${plan.scale}`,
    runsText(plan),
    `seed ${printable(plan.seed)}`,
    `took ${duration(plan.tookMs)} on ${counted(tool.cores, 'core', 'cores')}`,
  ];
  lines.push(...indented(facts.join(' · '), width).map((line) => paint('dim', line)));
  return lines;
}

function assumptionLines({ plan: result, paint, width }: Context): string[] {
  const { assumptions, unsourced, notes } = result;
  const dimmed = (text: string): string => paint('dim', cut(printable(text), width - 4));
  const rest = assumptions.length - SHOWN_ASSUMPTIONS;
  return [
    ...wrap(assumedInWords(result), width - 4),
    ...assumptions.slice(0, SHOWN_ASSUMPTIONS).map((text) => dimmed(`· ${text}`)),
    ...(rest > 0 ? [paint('dim', `  and ${count(rest)} more in the report`)] : []),
    ...(unsourced.length > 0 ? [dimmed(`· without a source: ${unsourced.join(', ')}`)] : []),
    ...notes.flatMap((note) => wrap(printable(note), width - 4)),
  ];
}

function nextLines({ plan, width }: Context): string[] {
  const steps: [why: string, command: string][] = [
    ['rehearse the busiest minute against a backend', rehearseCommand(plan)],
    ['the same plan again', planCommand(plan)],
  ];
  if (plan.sensitivity === null) steps.splice(1, 0, ['which assumptions matter most', sensitivityCommand(plan)]);
  return steps.flatMap(([why, command]) => [...wrap(`${why}:`, width - 4), `  ${printable(command)}`]);
}
