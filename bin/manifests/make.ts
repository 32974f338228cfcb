import path from 'node:path';
import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { checkShards, shardsManifest, type ShardsOptions } from '../../sim/manifests/shards.ts';
import { checkWorkflow, shardsWorkflow } from '../../sim/manifests/workflow.ts';
import { leadMs } from '../../sim/run/shards/place.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { loadScenario, type LoadedScenario } from '../../sim/scenario/load/load.ts';
import { parseDuration } from '../../sim/scenario/units.ts';
import { windowOf } from '../run/window.ts';
import type { ManifestKind, ManifestsOptions } from './command-options.ts';
import { peakLoad } from './peak-load.ts';
import { writeManifest } from './write.ts';

const FILES: Readonly<Record<ManifestKind, string>> = { kubernetes: 'shards.yaml', github: 'workflow.yml' };

/** As `run` does for a backend elsewhere whose target file says nothing else: those who are there at the start join before it. */
const JOINS_PER_SEC = 1000;

/**
 * Writes the manifests of a sharded event.
 *
 * @throws FlashcrowdError BAD_USAGE with all problems at once; what loading the scenario throws; OUTPUT_NOT_WRITABLE
 */
export async function makeManifests(written: string, options: ManifestsOptions, nowMs: number): Promise<void> {
  const kinds: readonly ManifestKind[] = options.kind ? [options.kind] : ['kubernetes', 'github'];
  const loaded = await loadScenario(written, { set: options.set });
  const shards = shardsOptions(written, loaded, options);
  const problems = [
    ...checkShards(shards, nowMs),
    ...(kinds.includes('github') ? checkWorkflow(shards) : []),
    ...checkTarget(loaded, options),
    ...checkOutput(options),
  ];
  if (problems.length > 0) throw new FlashcrowdError('BAD_USAGE', 'such manifests would not work', problems);
  for (const kind of kinds) {
    const manifest = kind === 'kubernetes' ? shardsManifest(shards) : shardsWorkflow(shards);
    await writeManifest(manifest, fileOf(options, kind));
  }
}

function shardsOptions(written: string, { scenario }: LoadedScenario, options: ManifestsOptions): ShardsOptions {
  const { shards, image, startAt, namespace, storage, storageClass, secretEnv } = options;
  const window = windowOf(scenario.duration, msOf(options.from) ?? 0, msOf(options.for));
  const scale = options.scale === undefined ? 1 : Number(options.scale);
  const compiled = compileScenario(scenario, { scale, seed: options.seed });
  const { views, ...load } = peakLoad(compiled, { fromMs: window.fromMs, untilMs: window.fromMs + window.forMs });
  return {
    name: options.name ?? scenario.name,
    namespace,
    shards,
    image,
    words: passedOn(written, options),
    startAt,
    load,
    views,
    windowMs: window.forMs,
    leadMs: leadMs({ compiled, fromMs: window.fromMs, joinsPerSec: JOINS_PER_SEC }, { index: 0, of: shards }),
    secretNames: secretEnv,
    storage,
    storageClass,
    manifestFile: fileOf(options, 'kubernetes') ?? FILES.kubernetes,
  };
}

/** The words of `run` after its name. What begins with a dash stays a value: it is joined to its option. */
function passedOn(scenario: string, options: ManifestsOptions): string[] {
  const { target, iOwnThisTarget, from, seed, set } = options;
  const single = { from, for: options.for, scale: options.scale, seed };
  return [
    scenario,
    ...target.map((spec) => `--target=${spec}`),
    ...iOwnThisTarget.map((host) => `--i-own-this-target=${host}`),
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...set.map((change) => `--set=${change}`),
  ];
}

/** `run` starts a shop of its own when none is named: with shards, each would play against another one. */
function checkTarget({ scenario }: LoadedScenario, { shards, target }: ManifestsOptions): Problem[] {
  const specs = target.length > 0 ? target : [scenario.target ?? 'stub'];
  if (shards === 1 || !specs.includes('stub')) return [];
  const message = `${shards} shards would each start a bundled shop of their own`;
  return [{ path: '--target', message, expected: 'a backend that all shards can reach' }];
}

function checkOutput({ kind, output }: ManifestsOptions): Problem[] {
  if (kind !== undefined || output !== undefined) return [];
  return [{ path: '', message: 'there are two files to write', expected: 'a folder for them (-o), or one --kind' }];
}

function fileOf({ output }: ManifestsOptions, kind: ManifestKind): string | undefined {
  return output === undefined ? undefined : path.join(output, FILES[kind]);
}

/** `written` has been parsed once, to check it. */
function msOf(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const parsed = parseDuration(/^0+$/.test(written) ? 0 : written);
  return parsed.ok ? parsed.value : undefined;
}
