/** Writes the result where people and machines find it. */

import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlashcrowdError } from '../sim/errors.ts';
import type { PlanResult } from '../sim/plan-result.ts';
import type { RunResult } from '../sim/result.ts';
import { renderHtml } from './html/page.ts';
import { renderPlanHtml } from './plan/page.ts';

/**
 * Writes `result.json` and `report.html` into `dir`, which is made when it is missing. Each file appears whole or not at
 * all: it is written under a temporary name in the same folder and then renamed. Answers the paths.
 * Throws FlashcrowdError OUTPUT_NOT_WRITABLE.
 */
export function writeResults(dir: string, result: RunResult): Promise<Written> {
  return writeReport(dir, 'result.json', result, () => renderHtml(result));
}

/** The same for a plan: `plan.json` and `report.html`. */
export function writePlan(dir: string, plan: PlanResult): Promise<Written> {
  return writeReport(dir, 'plan.json', plan, () => renderPlanHtml(plan));
}

interface Written {
  readonly json: string;
  readonly html: string;
}

async function writeReport(dir: string, name: string, figures: unknown, render: () => string): Promise<Written> {
  const json = join(dir, name);
  const html = join(dir, 'report.html');
  // The figures are safe before anything is drawn from them.
  await orNotWritable(dir, async () => {
    await mkdir(dir, { recursive: true });
    await writeWhole(json, `${JSON.stringify(figures, null, 2)}\n`);
  });
  const page = render();
  await orNotWritable(dir, () => writeWhole(html, page));
  return { json, html };
}

async function orNotWritable(dir: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FlashcrowdError('OUTPUT_NOT_WRITABLE', `The results cannot be written to ${dir}: ${reason}`, [], {
      cause,
    });
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, text, 'utf8');
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
