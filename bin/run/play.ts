import path from 'node:path';
import { userAgent } from '../../sim/run/user-agent.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { stubConfig } from '../../sim/targets/index.ts';
import { maskTokens } from '../../sim/targets/mapping/mask-tokens.ts';
import { packageVersion } from '../version.ts';
import type { RunCommandOptions } from './command-options.ts';
import { earliestStartMs } from '../../sim/run/shards/place.ts';
import { RecordingFile } from '../../sim/run/shards/recording-file.ts';
import { RECORDING_FILE } from '../../sim/run/shards/recording.ts';
import { conduct, type Around, type Prepared } from './conduct.ts';
import { startEmbeddedStub } from './embedded-stub.ts';
import { planned, warmStartOf } from './model.ts';
import { checkShard } from './shard-options.ts';
import type { TargetOptions } from './target-options.ts';
import { ownedBy, resolveTarget } from './target.ts';
import { windowOf } from './window.ts';

/**
 * The embedded shop shares the machine with the generator, so it joins the chat of a busy room into twenty frames a second, not
 * fifty. It adds at most this much to the lag.
 */
export const EMBEDDED_COALESCE_MS = 50;

/** Plays the scenario over the sockets of this machine. */
export async function play(written: string, options: RunCommandOptions): Promise<void> {
  const loaded = await loadScenario(written, { set: options.set });
  const { scenario, file } = loaded;
  const window = windowOf(scenario.duration, options.from, options.for);
  const seed = options.seed ?? scenario.seed;
  const compiled = compileScenario(scenario, { scale: options.scale, seed });
  const remote = await resolveTarget(options, loaded);
  const mask = (text: string): string => maskTokens(remote?.secrets.mask(text) ?? text);
  const joinsPerSec = remote?.joinsPerSec ?? null;
  const { shard: place } = options;
  const arriving = { compiled, fromMs: window.fromMs, joinsPerSec };
  checkShard(options, { ...arriving, isEmbedded: remote === null }, Date.now());
  // A shard that is alone waits for nobody.
  const startAt = options.startAt ?? (place && earliestStartMs(arriving, place, Date.now()));
  const prepare = async ({ dir, stop, tell }: Around): Promise<Prepared> => {
    const processes = options.stubProcesses;
    const embedded = remote === null ? await startEmbeddedStub({ coalesceMs: EMBEDDED_COALESCE_MS, processes }) : null;
    const run: Prepared['run'] = {
      scenario,
      compiled,
      file: path.relative('', file) || file,
      seed,
      overrides: options.set,
      target: embedded ? stubConfig(embedded.url, embedded.adminToken) : remote!.config,
      targetWords: targetWords(options).map(mask),
      userAgent: userAgent(packageVersion()),
      joinsPerSec,
      abort: remote?.abort ?? null,
      owned: remote?.owned ?? ownedBy(options, scenario),
      hosts: remote?.hosts ?? null,
      embedded: embedded !== null,
      stubProcesses: embedded ? processes : 0,
      ...window,
      workers: options.workers,
      probeShare: options.probes,
      localAddresses: options.localAddresses,
      faults: { ...scenario.faults, ...Object.fromEntries(options.fault) },
      warmStart: warmStartOf,
      // Of a share there is no plan: the whole is planned when the shards are merged.
      planWindow: async () => (place ? null : planned(compiled, window, options, stop, tell)),
      startAtEpochMs: startAt,
      shard: place && { place, recording: new RecordingFile(path.join(dir, RECORDING_FILE), mask) },
    };
    return { run, close: async () => embedded?.close() };
  };
  const { out, quiet, json, allowInvalid } = options;
  await conduct({ name: scenario.name, out, quiet, json, allowInvalid, mask, prepare });
}

/** Words of the command line that name the target. */
export function targetWords({ target, insecure, ca, iOwnThisTarget }: TargetOptions): string[] {
  return [
    ...target.flatMap((spec) => ['--target', spec]),
    ...iOwnThisTarget.flatMap((host) => ['--i-own-this-target', host]),
    ...(ca === undefined ? [] : ['--ca', ca]),
    ...(insecure === true ? ['--insecure'] : []),
  ];
}
