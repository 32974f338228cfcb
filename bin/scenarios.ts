import path from 'node:path';
import { Command } from 'commander';
import { compileScenario } from '../sim/scenario/compile.ts';
import { expectedFigures } from '../sim/scenario/explain.ts';
import { formatCount, formatDuration } from '../sim/scenario/format.ts';
import { loadScenario, shippedScenarios } from '../sim/scenario/load.ts';

interface Row {
  /** As `run`, `validate` and `explain` take it. */
  readonly name: string;
  readonly title: string;
  readonly durationMs: number;
  readonly views: number;
  readonly peakViewers: number;
  readonly file: string;
}

const HELP = `
Wherever a command takes a scenario, the bare name of a shipped one will do.

Examples:
  $ flashcrowd scenarios
  $ flashcrowd scenarios --json`;

export function scenariosCommand(): Command {
  return new Command('scenarios')
    .description('list the shipped scenarios')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', HELP)
    .action(async ({ json }: { json?: boolean }) => {
      const rows = await Promise.all([...shippedScenarios()].map(([name, file]) => describe(name, file)));
      process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : formatRows(rows));
    });
}

async function describe(name: string, file: string): Promise<Row> {
  const { scenario } = await loadScenario(file);
  const { views, peakViewers } = expectedFigures(compileScenario(scenario));
  return {
    name,
    title: scenario.title,
    durationMs: scenario.duration,
    views: Math.round(views),
    peakViewers: Math.round(peakViewers),
    file,
  };
}

/** Two lines each, and where to go from here. */
function formatRows(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, title, durationMs, views, peakViewers, file }) => [
    `${name}: ${title}`,
    `    ${formatDuration(durationMs)}, ${formatCount(views)} views, ${formatCount(peakViewers)} at once; ${path.relative('', file)}`,
  ]);
  return [...lines, '', `Next: flashcrowd explain ${rows[0].name}`, ''].join('\n');
}
