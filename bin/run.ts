import { cpus } from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createProgress, renderSummary, writeResults } from '../reports/index.ts';
import { EXIT, FlashcrowdError } from '../sim/errors.ts';
import type { RunResult } from '../sim/result.ts';
import { runScenario } from '../sim/run/run.ts';
import { compileScenario } from '../sim/scenario/compile.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { parseDuration } from '../sim/scenario/units.ts';
import type { TargetConfig } from '../sim/targets/index.ts';
import { wholeNumber } from './options.ts';
import { startEmbeddedStub } from './run/embedded-stub.ts';
import { defaultFolder, openResultsFolder } from './run/folder.ts';
import { catchInterrupt } from './run/interrupt.ts';
import { windowOf } from './run/window.ts';
import { collectSet, scaleFactor, seedText } from './scenario-options.ts';
import { packageVersion } from './version.ts';

interface RunCommandOptions {
  readonly target: string;
  readonly adminToken?: string;
  readonly scale: number;
  /** Parsed to ms. */
  readonly from: number;
  readonly for?: number;
  readonly seed?: string;
  readonly set: readonly string[];
  readonly workers: number;
  readonly out?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const HELP = `
The run writes result.json, report.html and run.log to its folder, also when it is stopped before its end.
Exit codes: 0 passed, 99 a threshold failed, 104 invalid configuration, 105 stopped, 107 the scenario threw,
120 an invariant was violated, 121 the generator could not keep up, 122 the target could not be reached.

Examples:
  $ flashcrowd run scenarios/creator-drop.ts --from 14m40s --for 45s --scale 0.25
  $ flashcrowd run small-seller --for 20s --set products.mug.stock=5 --out results/gate --quiet
  $ FLASHCROWD_ADMIN_TOKEN=... flashcrowd run creator-drop --target http://127.0.0.1:8080 --from 15m --for 1m --scale 0.1`;

export function runCommand(): Command {
  return new Command('run')
    .description('play an event, or a window of it, over real sockets against a backend')
    .argument('<scenario>', 'a file (.ts, .js, .yaml, .json), or the name of a shipped scenario')
    .option('--target <url>', '`stub`: the bundled shop, started for this run; or the URL of one that runs', 'stub')
    .addOption(new Option('--admin-token <token>', 'secret of the admin API of the target').env('FLASHCROWD_ADMIN_TOKEN'))
    .option('--scale <factor>', 'shrink audience and stock together', scaleFactor, 1)
    .option('--from <time>', 'start here in the event, with the crowd that would be there', duration, 0)
    .option('--for <time>', 'play this long; default: to the end of the event', duration)
    .option('--seed <number>', 'another seed than that of the scenario', seedText)
    .option('--set <path=value>', 'change the scenario first; may be given again', collectSet, [])
    .option('--workers <n>', 'processes that hold the viewers', wholeNumber(1, 256), Math.max(1, cpus().length - 1))
    .option('--out <dir>', 'folder for the results; default: results/<time>-<scenario>')
    .option('--quiet', 'no progress and no summary, only the verdict')
    .option('--json', 'print the result as JSON on standard output')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(written: string, options: RunCommandOptions): Promise<void> {
  const { scenario, file } = await loadScenario(written, { set: options.set });
  const window = windowOf(scenario.duration, options.from, options.for);
  const seed = options.seed ?? scenario.seed;
  const compiled = compileScenario(scenario, { scale: options.scale, seed });
  const folder = await openResultsFolder(options.out ?? defaultFolder(scenario.name, new Date()));
  const stream = options.json ? process.stderr : process.stdout;
  const progress = createProgress({ stream, isTTY: stream.isTTY === true, quiet: options.quiet === true, columns: 80 });
  const interrupt = catchInterrupt((line) => progress.note(line));
  const embedded = options.target === 'stub' ? await startEmbeddedStub() : null;
  try {
    const result = await runScenario({
      scenario,
      compiled,
      file: path.relative('', file) || file,
      seed,
      overrides: options.set,
      target: embedded ? { use: 'stub', baseUrl: embedded.url, adminToken: embedded.adminToken } : remoteTarget(options),
      embedded: embedded !== null,
      ...window,
      workers: options.workers,
      version: packageVersion(),
      stop: interrupt.stop,
      stopNow: interrupt.stopNow,
      log: folder.log,
      onProgress: (snapshot) => progress.update(snapshot),
      onNote: (line) => progress.note(line, 'error'),
    });
    progress.done();
    await show(result, folder, options);
    process.exitCode = result.verdict.exitCode;
  } catch (error) {
    progress.done();
    folder.log.error({ error: (error as Error).message }, 'the run could not begin');
    if (!interrupt.stop.aborted) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    interrupt.release();
    await embedded?.close();
    folder.close();
  }
}

async function show(result: RunResult, folder: { dir: string; logFile: string }, options: RunCommandOptions): Promise<void> {
  const files = await writeResults(folder.dir, result);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (options.quiet) process.stdout.write(`${[result.verdict.status, ...result.verdict.reasons].join('\n  ')}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const width = process.stdout.columns ?? 100;
    process.stdout.write(renderSummary(result, { color, width, files: { report: files.html, result: files.json, log: folder.logFile } }));
  }
}

function remoteTarget({ target, adminToken }: RunCommandOptions): TargetConfig {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    throw notATarget(target);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw notATarget(target);
  return { use: 'stub', baseUrl: url.href.replace(/\/+$/, ''), adminToken: adminToken ?? '' };
}

function notATarget(target: string): FlashcrowdError {
  return new FlashcrowdError('BAD_USAGE', `--target ${target} is no target.`, [
    { path: '--target', message: `cannot read "${target}"`, expected: '"stub", or a URL such as http://127.0.0.1:8080' },
  ]);
}

function duration(text: string): number {
  const parsed = parseDuration(/^0+$/.test(text) ? 0 : text);
  if (parsed.ok) return parsed.value;
  throw new InvalidArgumentError(`Expected ${parsed.expected}.`);
}
