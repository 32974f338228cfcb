import type { Command } from 'commander';
import { createProgram } from '../bin/program.ts';
import { ERRORS, EXIT } from '../sim/errors.ts';
import { METRICS, METRIC_TAGS } from '../sim/metrics/registry.ts';
import { AGGREGATIONS } from '../sim/metrics/threshold-grammar.ts';
import { scenarioJsonSchemaText } from '../sim/scenario/json-schema.ts';
import { faultsPage } from './faults-page.ts';
import { invariantsPage } from './invariants-page.ts';
import { page, table } from './markdown.ts';
import { scalingPage } from './scaling-page.ts';
import { scenarioReferencePage } from './scenario-reference.ts';
import { targetReferencePage } from './target-reference.ts';

const HELP_WIDTH_COLUMNS = 100;

/** What each exit code says. A code that is added without a sentence here does not compile. */
const EXIT_MEANINGS: Record<keyof typeof EXIT, string> = {
  passed: 'All thresholds and invariants hold; or the command did what it was asked.',
  internal: 'A bug in flashcrowd.',
  thresholdsFailed:
    'A threshold failed or could not be judged, or an invariant could not be checked that this backend lets one check.',
  invalidConfig: 'The options, the scenario or the machine do not allow it.',
  interrupted: 'Stopped by a signal (Ctrl-C). The report is marked partial.',
  scriptThrew: 'A scenario in TypeScript or JavaScript threw.',
  invariantViolated: 'An invariant was violated: the backend was wrong, and the report says where.',
  runInvalid: 'The load generator could not keep up: the run says nothing about the backend.',
  targetUnreachable: 'The target could not be reached, or went away.',
};

const ENVIRONMENT: readonly (readonly string[])[] = [
  ['`FLASHCROWD_ADMIN_TOKEN`', 'Secret of the stub’s admin API, for `serve` and for `run --target`.'],
  ['`FLASHCROWD_STORE`', 'URL of the stub’s store, for `serve`; also the place for its password.'],
  ['`FLASHCROWD_BUS`', 'URL of the bus of the stub’s instances, for `serve`.'],
  ['`FLASHCROWD_COORDINATOR`', 'For a k6 of a fleet: where its coordinator listens.'],
  ['`FLASHCROWD_COORDINATOR_TOKEN`', 'For `k6 coordinate`, and for each k6 of its fleet: what they show to it.'],
  [
    '`FLASHCROWD_COORDINATOR_GONE_AFTER_MS`',
    'For a k6 of a fleet: how long its coordinator may be silent. Default 30000.',
  ],
  [
    '`FLASHCROWD_COORDINATOR_START_WITHIN_MS`',
    'For a k6 of a fleet: how long it waits for a coordinator that does not answer yet. Default 900000.',
  ],
  ['`FLASHCROWD_INSTANCE`', 'For a k6 of a fleet: its number, for messages. Set by `k6 run`.'],
  ['`FLASHCROWD_DEBUG`', '`1` adds the stack to the message of an unexpected error.'],
  ['`NO_COLOR`', 'Any value: no colours.'],
];

/** Every generated page: its path from the root of the repository, and its text. */
export function docsPages(): Map<string, string> {
  return new Map([
    ['docs/commands.md', commandsPage()],
    ['docs/errors.md', errorsPage()],
    ['docs/faults.md', faultsPage()],
    ['docs/invariants.md', invariantsPage()],
    ['docs/metrics.md', metricsPage()],
    ['docs/scaling.md', scalingPage()],
    ['docs/scenario-reference.md', scenarioReferencePage()],
    ['docs/scenario.schema.json', scenarioJsonSchemaText()],
    ['docs/target-reference.md', targetReferencePage()],
  ]);
}

function errorsPage(): string {
  const codes = Object.entries(EXIT) as [keyof typeof EXIT, number][];
  return page(
    'Errors and exit codes',
    'Exit codes are those of k6 where k6 has one; 120 and above are our own.',
    table(
      ['exit code', 'name', 'meaning'],
      codes.map(([name, code]) => [`${code}`, `\`${name}\``, EXIT_MEANINGS[name]]),
    ),
    '## Errors',
    'The code stands in brackets at the end of a message. All of them are yours to mend.',
    ...Object.entries(ERRORS).map(
      ([code, { exitCode, meaning, hint }]) => `### ${code}\n\n${meaning} Exit code ${exitCode}.\n\n${hint}`,
    ),
  );
}

function metricsPage(): string {
  const rows = Object.entries(METRICS).map(([name, { type, unit, meaning }]) => [`\`${name}\``, type, unit, meaning]);
  const tags = Object.entries(METRIC_TAGS).map(([tag, values]) => [`\`${tag}\``, values]);
  return page(
    'Metrics',
    'The names are part of the public interface. Thresholds use them, and so does `result.json`.',
    'A *trend* keeps percentiles, a *counter* adds up, a *rate* is a share of true among all, a *gauge* has a last value. ' +
      '`minor` is the minor unit of the currency: cents.',
    'What a threshold may ask of each type (`N` stands for a number; the `rate` of a counter is per second):',
    table(
      ['type', 'aggregations'],
      Object.entries(AGGREGATIONS).map(([type, names]) => [type, names.map((name) => `\`${name}\``).join(', ')]),
    ),
    table(['metric', 'type', 'unit', 'meaning'], rows),
    '## Tags',
    'In braces after the name, as in `chat_lag{during:drop:serum}`: only what was measured there counts.',
    table(['tag', 'value'], tags),
  );
}

function commandsPage(): string {
  const program = createProgram();
  return page(
    'Commands',
    ...helps(program, ''),
    '## Environment',
    table(['variable', 'meaning'], ENVIRONMENT),
    'Exit codes are listed in [errors.md](errors.md).',
  );
}

/** Of a command and of those below it, as they are typed: `flashcrowd k6 build`. */
function helps(command: Command, above: string): string[] {
  const title = `${above}${command.name()}`;
  const own = `## ${title}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\``;
  return [own, ...command.commands.flatMap((below) => helps(below, `${title} `))];
}

/** The help as the command prints it, at a width that does not hang on the terminal. */
function helpOf(command: Command): string {
  let text = '';
  const writeOut = (part: string): void => {
    text += part;
  };
  command.configureOutput({ writeOut, getOutHelpWidth: () => HELP_WIDTH_COLUMNS, getOutHasColors: () => false });
  command.outputHelp();
  return text.trimEnd();
}
