import { availableParallelism } from 'node:os';
import { renderPlanSummary, writePlan } from '../../reports/index.ts';
import { EXIT, FlashcrowdError } from '../../sim/errors.ts';
import type { PlanResult } from '../../sim/plan-result.ts';
import { draftPlan, realSurroundings } from '../../sim/plan/draft.ts';
import type { PlanOptions, PlanProgress } from '../../sim/plan/options.ts';
import { carryOut } from '../../sim/plan/plan.ts';
import { ownFileLimits } from '../../sim/run/file-limits.ts';
import { defaultFolder, openResultsFolder } from '../run/folder.ts';
import { catchInterrupt } from '../run/interrupt.ts';
import type { PlanCommandOptions } from './command-options.ts';
import { planDisplay } from './progress.ts';
import { plannedScenarios } from './scenarios.ts';

/** What a process may open where the system does not say. */
const USUAL_OPEN_FILES = 1024;

/** Makes the plan, shows how far it is, writes and prints the results, and sets the exit code of the process. */
export async function makeAndShow(argument: string | undefined, options: PlanCommandOptions): Promise<void> {
  const { scenario, compareWith } = plannedScenarios(argument, options.compare);
  // Whatever is wrong is said before there is a folder.
  const draft = await draftPlan(scenario, { ...planOptions(options), compareWith }, realSurroundings());
  const folder = await openResultsFolder(options.out ?? defaultFolder(`plan-${draft.base.compiled.name}`, new Date()));
  // Standard output is for the one thing that was asked for.
  const stream = options.json || options.quiet ? process.stderr : process.stdout;
  const display = planDisplay({ stream, isTTY: stream.isTTY === true, quiet: options.quiet === true });
  let runsDone = 0;
  const interrupt = catchInterrupt(() =>
    display.note(
      runsDone > 0
        ? 'stopping: the report is made of the runs that are done; Ctrl-C again stops at once'
        : 'stopping: no run is done yet, so there is no report',
    ),
  );
  interrupt.stopNow.addEventListener('abort', () => process.exit(EXIT.interrupted));
  try {
    display.update({ done: 0, total: draft.totalRuns, stage: 'runs' });
    const onProgress = (progress: PlanProgress): void => {
      runsDone = progress.done;
      display.update(progress);
    };
    const plan = await carryOut(draft, { signal: interrupt.stop, onProgress });
    display.done();
    folder.log.info(plan.plan, 'planned');
    await show(plan, folder, options);
    conclude(plan, interrupt.stop.aborted);
  } catch (error) {
    display.done();
    folder.log.error({ error: (error as Error).message }, 'the plan was not made');
    // Stopped before its first run was done: there is nothing to write, and nothing to complain about.
    if (error !== interrupt.stop.reason) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    interrupt.release();
    folder.close();
  }
}

function planOptions(options: PlanCommandOptions): PlanOptions {
  const { runs, engine, seed, scale, set, sweep, sensitivity, workers } = options;
  return {
    runs,
    engine,
    seed,
    scale,
    set,
    sweep,
    workers,
    sensitivity,
    machine: { cores: availableParallelism(), openFiles: openFiles() },
  };
}

function openFiles(): number {
  const limit = ownFileLimits()?.soft ?? USUAL_OPEN_FILES;
  // Without a limit the system still has one: that of files in all.
  return Number.isFinite(limit) ? limit : 1_048_576;
}

async function show(
  plan: PlanResult,
  folder: { dir: string; logFile: string },
  { json, quiet }: PlanCommandOptions,
): Promise<void> {
  const files = await writePlan(folder.dir, plan);
  if (json) process.stdout.write(`${JSON.stringify(plan)}\n`);
  else if (quiet) process.stdout.write(`${files.html}\n${files.json}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const width = process.stdout.columns ?? 100;
    process.stdout.write(
      renderPlanSummary(plan, { color, width, files: { report: files.html, plan: files.json, log: folder.logFile } }),
    );
  }
}

/** A plan has no verdict: it is there, or it is partial. */
function conclude({ partial }: PlanResult, interrupted: boolean): void {
  if (!partial) return;
  if (!interrupted) throw new FlashcrowdError('PLAN_WORKER_LOST', `The plan is partial: ${partial.reason}.`);
  process.exitCode = EXIT.interrupted;
}
