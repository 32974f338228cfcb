import { lookup } from 'node:dns/promises';
import path from 'node:path';
import { FlashcrowdError } from '../../sim/errors.ts';
import { endpointOf, Proxies } from '../../sim/run/wire/proxy.ts';
import { displayPath } from '../../sim/scenario/load/find.ts';
import type { LoadedScenario } from '../../sim/scenario/load/load.ts';
import { loadTarget, type LoadedTarget } from '../../sim/targets/config/load.ts';
import type { AbortLimits } from '../../sim/targets/index.ts';
import type { Environment } from '../../sim/targets/config/environment.ts';
import {
  judgeHosts,
  requireConsent,
  type Consent,
  type JudgedHost,
  type Resolve,
} from '../../sim/targets/config/safety.ts';
import type { SpecPlace, TargetSpec } from '../../sim/targets/config/spec.ts';
import type { TargetOptions } from './target-options.ts';

/** Who is not on this machine is not joined faster than this, unless the target file says so. */
const JOINS_PER_SEC = 1000;

export interface RemoteTarget extends Pick<LoadedTarget, 'config' | 'secrets' | 'origins'> {
  /** In all workers together; null: as fast as it goes. */
  readonly joinsPerSec: number | null;
  /** When a run ends by itself; null: it does not. */
  readonly abort: AbortLimits | null;
  /** Hosts that the user says are theirs. */
  readonly owned: readonly string[];
  /** Hosts that may be asked: those it goes to by what it says of itself, and those of the user. */
  readonly hosts: readonly string[];
}

export interface Surroundings {
  readonly environment: Environment;
  readonly resolve: Resolve;
}

export const realSurroundings: Surroundings = { environment: process.env, resolve: addressesOf };

/** What a scenario says of its target, and where it says it. */
export type TargetOfScenario = Pick<LoadedScenario, 'scenario' | 'file' | 'locate'>;

/**
 * What the run is to be played against: what `--target` names, else what the scenario names. `null`: the bundled shop, to be started for
 * this run. Throws FlashcrowdError as `loadTarget` does, and TARGET_NOT_OWNED for hosts that need the consent of the user.
 */
export async function resolveTarget(
  options: TargetOptions,
  written: TargetOfScenario,
  around: Surroundings = realSurroundings,
): Promise<RemoteTarget | null> {
  const { scenario } = written;
  const { specs, place } = specsOf(options, written);
  const isEmbedded = specs.length === 1 && specs[0] === 'stub';
  const rooms = Object.keys(scenario.rooms);
  const remote = isEmbedded ? null : await loadAndClear(specs, place, options, rooms, scenario.owned, around);
  const owned = remote?.owned ?? ownedBy(options, scenario);
  await clearStream(scenario, { owned, insecure: remote?.config.tls.insecure ?? false }, around.resolve);
  return remote;
}

/** Hosts that the command line and the scenario say are the user's. */
export function ownedBy({ iOwnThisTarget }: TargetOptions, { owned }: TargetOfScenario['scenario']): readonly string[] {
  return [...iOwnThisTarget, ...owned];
}

/** The stream of the scenario is asked by every viewer who watches: it needs the same consent. */
async function clearStream({ video }: TargetOfScenario['scenario'], consent: Consent, resolve: Resolve): Promise<void> {
  if (video?.url === undefined) return;
  requireConsent(await judgeHosts([new URL(video.url)], resolve, isProxied()), consent);
}

/** What `target check` asks: as `resolveTarget`, without a scenario. */
export function resolveSpecs(
  specs: readonly string[],
  options: TargetOptions,
  roomId: string,
  around: Surroundings,
): Promise<RemoteTarget> {
  return loadAndClear(specs, COMMAND_LINE, options, [roomId], [], around);
}

const COMMAND_LINE: SpecPlace = { file: null, folder: '', path: ['--target'], locate: () => undefined };

function specsOf(
  { target }: TargetOptions,
  { scenario, file, locate }: TargetOfScenario,
): { specs: readonly TargetSpec[]; place: SpecPlace } {
  if (target.length > 0 || scenario.target === undefined)
    return { specs: target.length > 0 ? target : ['stub'], place: COMMAND_LINE };
  const place = { file: displayPath(file), folder: path.dirname(file), path: ['target'], locate };
  return { specs: [scenario.target], place };
}

async function loadAndClear(
  specs: readonly TargetSpec[],
  place: SpecPlace,
  options: TargetOptions,
  roomIds: readonly string[],
  owned: readonly string[],
  { environment, resolve }: Surroundings,
): Promise<RemoteTarget> {
  if (specs.includes('stub')) throw stubAmongOthers();
  const loaded = await loadTarget(specs, {
    environment,
    adminToken: options.adminToken,
    place,
    roomIds,
    caFile: options.ca,
    insecure: options.insecure,
  });
  const { config, secrets, origins, limits } = loaded;
  const judged = await judgeHosts(origins, resolve, isProxied());
  const allOwned = [...options.iOwnThisTarget, ...owned, ...loaded.owned];
  requireConsent(judged, { owned: allOwned, insecure: config.tls.insecure });
  const joinsPerSec = limits.joinsPerSec ?? defaultJoins(judged);
  const hosts = [...origins.map(({ hostname }) => hostname), ...allOwned];
  return { config, secrets, origins, joinsPerSec, abort: limits.abort, owned: allOwned, hosts };
}

function defaultJoins(judged: readonly JudgedHost[]): number | null {
  // Where a module goes that says nothing of it, nobody knows.
  const isHere = judged.length > 0 && judged.every(({ reach }) => reach === 'loopback');
  return isHere ? null : JOINS_PER_SEC;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** WebSockets take the same proxies. */
function isProxied(): (url: URL) => boolean {
  const proxies = new Proxies();
  return (url) => proxies.on(endpointOf(url)) !== null;
}

function stubAmongOthers(): FlashcrowdError {
  return new FlashcrowdError('BAD_USAGE', 'The bundled shop is started for a run alone.', [
    {
      path: '--target',
      message: '"stub" stands beside others, or is asked to be checked',
      expected: 'one that runs: start it with `flashcrowd serve`, and name its URL',
    },
  ]);
}
