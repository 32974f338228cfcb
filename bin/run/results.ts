import { existsSync } from 'node:fs';
import path from 'node:path';
import { renderSummary, writeResults } from '../../reports/index.ts';
import type { RunResult } from '../../sim/result.ts';
import { fail } from '../fail.ts';
import type { ResultsFolder } from './folder.ts';

/** Writes the results. What cannot be written is told, and the verdict stands: answers the files that are there, by what they are. */
export async function save(result: RunResult, { dir, logFile, log }: ResultsFolder): Promise<Record<string, string>> {
  try {
    const { html, json } = await writeResults(dir, result);
    return { report: html, result: json, log: logFile };
  } catch (error) {
    fail(error);
    log.error({ error: (error as Error).message }, 'the results were not written');
    const json = path.join(dir, 'result.json');
    return { ...(existsSync(json) ? { result: json } : {}), log: logFile };
  }
}

/** On standard output: all of it as JSON, the verdict alone, or the summary. */
export function show(
  result: RunResult,
  files: Readonly<Record<string, string>>,
  options: { readonly json?: boolean; readonly quiet?: boolean },
): void {
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (options.quiet) process.stdout.write(`${[result.verdict.status, ...result.verdict.reasons].join('\n  ')}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const width = process.stdout.columns ?? 100;
    process.stdout.write(renderSummary(result, { color, width, files }));
  }
}
