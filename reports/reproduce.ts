/** The command that plays the same run again: same scenario, same window, same scale, same seed, same overrides. */

import type { RunResult } from '../sim/result.ts';
import { durationArgument } from './format.ts';

/** One line for a POSIX shell. The embedded stub needs no target. */
export function reproduceCommand(result: RunResult): string {
  const { run, scenario, target } = result;
  const words = run.engine === 'k6' ? ['flashcrowd', 'k6', 'run', scenario.file] : ['flashcrowd', 'run', scenario.file];
  words.push('--from', durationArgument(run.fromMs), '--for', durationArgument(run.forMs));
  if (run.scale !== 1) words.push('--scale', String(run.scale));
  words.push('--seed', run.seed);
  for (const override of scenario.overrides) words.push('--set', override);
  for (const [name, rate] of Object.entries(run.faults))
    words.push('--fault', rate === null ? name : `${name}=${rate}`);
  words.push(...target.words);
  return shellLine(words);
}

/** Words as one line that a POSIX shell takes apart again. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
