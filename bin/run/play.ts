import { existsSync } from 'node:fs';
import path from 'node:path';
import { createProgress, renderSummary, writeResults } from '../../reports/index.ts';
import { EXIT, FlashcrowdError } from '../../sim/errors.ts';
import { planWindow } from '../../sim/plan/planned-window.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import type { PlannedWindow, RunResult } from '../../sim/result.ts';
import { runScenario } from '../../sim/run/run.ts';
import { userAgent } from '../../sim/run/user-agent.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { maskTexts } from '../../sim/targets/config/secrets.ts';
import { stubConfig } from '../../sim/targets/index.ts';
import { maskTokens } from '../../sim/targets/mapping/mask-tokens.ts';
import { fail } from '../fail.ts';
import { packageVersion } from '../version.ts';
import type { RunCommandOptions } from './command-options.ts';
import { startEmbeddedStub, type EmbeddedStub } from './embedded-stub.ts';
import { defaultFolder, openHistoryFolder, openResultsFolder, type ResultsFolder } from './folder.ts';
import { catchInterrupt } from './interrupt.ts';
import { reserveDisk } from './reserve.ts';
import { ownedBy, resolveTarget } from './target.ts';
import { windowOf, type Window } from './window.ts';

/**
 * The embedded shop shares the machine with the generator, so it joins the chat of a busy room into twenty frames a second, not
 * fifty. It adds at most this much to the lag.
 */
const EMBEDDED_COALESCE_MS = 50;

/** Plays the scenario, shows how it goes, writes the results, and sets the exit code of the process. */
export async function play(written: string, options: RunCommandOptions): Promise<void> {
  const loaded = await loadScenario(written, { set: options.set });
  const { scenario, file } = loaded;
  const window = windowOf(scenario.duration, options.from, options.for);
  const seed = options.seed ?? scenario.seed;
  const compiled = compileScenario(scenario, { scale: options.scale, seed });
  const remote = await resolveTarget(options, loaded);
  const mask = (text: string): string => maskTokens(remote?.secrets.mask(text) ?? text);
  const folder = await openResultsFolder(options.out ?? defaultFolder(scenario.name, new Date()), mask);
  // Standard output is for the one thing that was asked for.
  const stream = options.json || options.quiet ? process.stderr : process.stdout;
  const progress = createProgress({ stream, isTTY: stream.isTTY === true, quiet: options.quiet === true, columns: 80 });
  const interrupt = catchInterrupt((line) => progress.note(line));
  const freeReserve = reserveDisk(folder.dir);
  let embedded: EmbeddedStub | null = null;
  let result: RunResult | null = null;
  try {
    if (remote === null)
      embedded = await startEmbeddedStub({
        coalesceMs: EMBEDDED_COALESCE_MS,
        processes: options.stubProcesses,
      });
    const played = await runScenario({
      scenario,
      compiled,
      file: path.relative('', file) || file,
      seed,
      overrides: options.set,
      target: embedded ? stubConfig(embedded.url, embedded.adminToken) : remote!.config,
      targetWords: targetWords(options).map(mask),
      userAgent: userAgent(packageVersion()),
      joinsPerSec: remote?.joinsPerSec ?? null,
      abort: remote?.abort ?? null,
      owned: remote?.owned ?? ownedBy(options, scenario),
      hosts: remote?.hosts ?? null,
      embedded: embedded !== null,
      stubProcesses: embedded ? options.stubProcesses : 0,
      ...window,
      workers: options.workers,
      probeShare: options.probes,
      localAddresses: options.localAddresses,
      faults: { ...scenario.faults, ...Object.fromEntries(options.fault) },
      historyFolder: await openHistoryFolder(folder),
      allowInvalid: options.allowInvalid === true,
      // A run does not break a real backend: neither do the model worlds that it begins from and is held against.
      warmStart: (event, atMs) => warmStart(withoutOutages(event), atMs),
      planWindow: () =>
        planned(withoutOutages(compiled), window, options, interrupt.stop, (line) => progress.note(line)),
      version: packageVersion(),
      stop: interrupt.stop,
      stopNow: interrupt.stopNow,
      log: folder.log,
      onProgress: (snapshot) => progress.update(snapshot),
      onNote: (line) => progress.note(mask(line), 'error'),
      onPlayed: freeReserve,
    });
    const shown = maskTexts(played, mask);
    result = shown;
    progress.done();
    process.exitCode = shown.verdict.exitCode;
    show(shown, await save(shown, folder), options);
  } catch (thrown) {
    progress.done();
    const error = maskedError(thrown, mask);
    folder.log.error({ error: (error as Error).message }, result ? 'the end went wrong' : 'the run did not begin');
    // Stopped before it began: there is nothing to write, and nothing to complain about.
    if (result || !interrupt.stop.aborted) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    freeReserve();
    interrupt.release();
    await embedded?.close();
    folder.close();
  }
}

/** What the model world expects of the window, unless nobody wants to know. */
async function planned(
  compiled: CompiledScenario,
  { fromMs, forMs }: Window,
  { plan }: RunCommandOptions,
  stop: AbortSignal,
  tell: (line: string) => void,
): Promise<PlannedWindow | null> {
  if (!plan) return null;
  tell('planning the window: what the model world expects of it');
  try {
    return await planWindow(compiled, { fromMs, untilMs: fromMs + forMs }, stop);
  } catch (error) {
    // The run is what was asked for; it can do without.
    tell(`the window could not be planned: ${(error as Error).message}`);
    return null;
  }
}

/** With its cause, but for its words: those of problems can quote a backend, too. */
function maskedError(thrown: unknown, mask: (text: string) => string): unknown {
  if (thrown instanceof FlashcrowdError) {
    const { code, message, problems, cause } = thrown;
    return new FlashcrowdError(code, mask(message), maskTexts(problems, mask), { cause });
  }
  if (thrown instanceof Error) {
    thrown.stack = mask(thrown.stack ?? '');
    thrown.message = mask(thrown.message);
  }
  return thrown;
}

function withoutOutages(compiled: CompiledScenario): CompiledScenario {
  return { ...compiled, backend: { ...compiled.backend, outages: [] } };
}

/** Writes the results. What cannot be written is told, and the verdict stands: answers the files that are there, by what they are. */
async function save(result: RunResult, { dir, logFile, log }: ResultsFolder): Promise<Record<string, string>> {
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

function show(result: RunResult, files: Readonly<Record<string, string>>, options: RunCommandOptions): void {
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (options.quiet) process.stdout.write(`${[result.verdict.status, ...result.verdict.reasons].join('\n  ')}\n`);
  else {
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR;
    const width = process.stdout.columns ?? 100;
    process.stdout.write(renderSummary(result, { color, width, files }));
  }
}

/** Words of the command line that name the target. */
function targetWords({ target, insecure, ca, iOwnThisTarget }: RunCommandOptions): string[] {
  return [
    ...target.flatMap((spec) => ['--target', spec]),
    ...iOwnThisTarget.flatMap((host) => ['--i-own-this-target', host]),
    ...(ca === undefined ? [] : ['--ca', ca]),
    ...(insecure === true ? ['--insecure'] : []),
  ];
}
