import { Command } from 'commander';
import { EXIT } from '../sim/errors.ts';
import { checkCapacity } from './doctor/capacity.ts';
import type { Check } from './doctor/check.ts';
import { checkFiles } from './doctor/files.ts';
import { checkNode } from './doctor/node.ts';
import { checkLoopback, checkPorts } from './doctor/ports.ts';
import { checkChromium, checkK6 } from './doctor/programs.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check this machine: what stands in the way of a run, and what to do about it')
    .option('--json', 'print the checks as JSON')
    .addHelpText('after', '\nExits with 104 when something would stop a run.\n\nExample:\n  $ flashcrowd doctor')
    .action(async (options: { json?: boolean }) => {
      const checks = await runChecks();
      process.stdout.write(options.json ? `${JSON.stringify(report(checks), null, 2)}\n` : formatChecks(checks));
      if (!report(checks).ok) process.exitCode = EXIT.invalidConfig;
    });
}

async function runChecks(): Promise<Check[]> {
  return [checkNode(), checkFiles(), checkPorts(), await checkLoopback(), checkCapacity(), checkK6(), checkChromium()];
}

function report(checks: readonly Check[]): { ok: boolean; checks: readonly Check[] } {
  return { ok: checks.every((check) => check.status !== 'fail'), checks };
}

/** Two or three lines a check: found, meaning, remedy; and one line that sums up. */
export function formatChecks(checks: readonly Check[]): string {
  const lines = checks.flatMap(({ status, found, meaning, remedy }) => [
    `${status.padEnd(4)}  ${found}`,
    `      ${meaning}`,
    ...(remedy ? [`      -> ${remedy}`] : []),
  ]);
  const failed = checks.filter((check) => check.status === 'fail').length;
  const warned = checks.filter((check) => check.status === 'warn').length;
  lines.push('', failed > 0 ? `${failed} of ${checks.length} checks would stop a run.` : readySentence(warned));
  return `${lines.join('\n')}\n`;
}

function readySentence(warned: number): string {
  if (warned === 0) return 'Ready to run.';
  return `Ready to run, with ${warned} ${warned === 1 ? 'limitation' : 'limitations'}.`;
}
