import path from 'node:path';
import { FlashcrowdError } from '../../sim/errors.ts';
import { buildEvent, type BuiltEvent } from '../../sim/k6/build.ts';
import type { EventFile } from '../../sim/k6/event.ts';
import { mark } from '../../sim/live/message-json.ts';
import { ADMIN_TOKEN } from '../../sim/manifests/variables.ts';
import { rulesOf, watchedKeys } from '../../sim/run/tally.ts';
import { userAgent } from '../../sim/run/user-agent.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import type { LoadedScenario } from '../../sim/scenario/load/load.ts';
import { maskTokens } from '../../sim/targets/mapping/mask-tokens.ts';
import { literally, maskTexts, type Secrets } from '../../sim/targets/config/secrets.ts';
import type { TargetConfig } from '../../sim/targets/combine.ts';
import { createTarget, stubConfig, withAdminToken } from '../../sim/targets/index.ts';
import { peakLoad } from '../manifests/peak-load.ts';
import { warmStartOf, withoutOutages } from '../run/model.ts';
import { targetWords } from '../run/play.ts';
import { ownedBy, resolveTarget, type RemoteTarget } from '../run/target.ts';
import { windowOf } from '../run/window.ts';
import { packageVersion } from '../version.ts';
import type { EventOptions } from './options.ts';

const PLACEHOLDER = /\$\{[A-Z_][A-Z0-9_]*\}/g;

/** A bundled shop that was started for this run. */
export interface OwnShop {
  readonly url: string;
  readonly adminToken: string;
}

export interface MadeEvent extends BuiltEvent {
  /** Keeps secrets out of all that is written and printed. */
  mask(text: string): string;
}

/** A scenario, and what it is to be played against. */
export interface Source {
  readonly loaded: LoadedScenario;
  /** `null`: a bundled shop, to be started. */
  readonly remote: RemoteTarget | null;
}

/** Throws FlashcrowdError as `flashcrowd run` does. */
export async function readSource(written: string, options: EventOptions): Promise<Source> {
  const loaded = await loadScenario(written, { set: options.set });
  return { loaded, remote: await resolveTarget(options, loaded) };
}

/**
 * Everything that k6 needs of an event. `shop`: where the source names no target. Throws FlashcrowdError: as `flashcrowd run` does, BAD_USAGE without a
 * target that runs, and TARGET_INVALID for what k6 cannot play.
 */
export async function makeEvent(source: Source, options: EventOptions, shop: OwnShop | null): Promise<MadeEvent> {
  const { loaded, remote } = source;
  const { scenario, file } = loaded;
  const { fromMs, forMs } = windowOf(scenario.duration, options.from, options.for);
  const seed = options.seed ?? scenario.seed;
  const compiled = compileScenario(scenario, { scale: options.scale, seed });
  if (remote === null && shop === null) throw noTarget();
  const config = shop ? stubConfig(shop.url, shop.adminToken) : remote!.config;
  const mask = (text: string): string => remote?.secrets.mask(text) ?? text;
  const safe = withPlaceholders(config, remote?.secrets ?? null);
  const load = peakLoad(withoutOutages(compiled), { fromMs, untilMs: fromMs + forMs });
  const warm = warmStartOf(compiled, fromMs);
  const peak = Math.max(load.viewers, warm.snapshot.count);
  const { target: _target, ...untargeted } = scenario;
  const built = buildEvent({
    run: {
      scenario: untargeted,
      file: path.relative('', file) || file,
      seed,
      overrides: options.set.map((override) => mask(withoutTarget(override))),
      targetWords: targetWords(options).map(mask),
      owned: remote?.owned ?? ownedBy(options, scenario),
      abort: remote?.abort ?? null,
    },
    compiled,
    target: await createTarget(config),
    config: safe,
    userAgent: userAgent(packageVersion()),
    hosts: remote?.hosts ?? null,
    joinsPerSec: remote?.joinsPerSec ?? null,
    fromMs,
    forMs,
    vus: Math.max(options.instances ?? 1, options.vus ?? Math.ceil(peak / options.viewersPerVu)),
    probeShare: options.probes,
    warm,
    watch: watchedKeys(rulesOf(scenario.thresholds)),
    expectedPeakViewers: Math.round(peak),
    messagesPerViewerPerSec: load.messagesPerViewerPerSec,
    hasSecrets: (event) => remote !== null && standIn(event, remote.secrets),
  });
  return { ...built, mask: (text) => maskTokens(mask(text)) };
}

/** What an override says of the target may be secret, also when another target is played and nobody has looked for secrets in this one. */
function withoutTarget(override: string): string {
  return override.replace(/^(\s*target\b[^=]*)=.*$/s, '$1=[not shown]');
}

/** Looks at all that is to be written but for the names of secrets, which stand in place of them: they may have the letters of another. */
function standIn(event: Omit<EventFile, 'fingerprint'>, secrets: Secrets): boolean {
  const unmasked = { ...event, run: { ...event.run, overrides: [], targetWords: [] } };
  const text = JSON.stringify(unmasked, mark).replaceAll(PLACEHOLDER, '');
  return secrets.mask(text) !== text;
}

/** Secrets that the environment said become `${NAME}`; the admin token always does. */
function withPlaceholders(config: TargetConfig, secrets: Secrets | null): TargetConfig {
  const known = Object.entries(process.env).filter(
    ([name, value = '']) => /^[A-Z_][A-Z0-9_]*$/.test(name) && secrets !== null && secrets.mask(value) === `[${name}]`,
  );
  const nameOf = new Map(known.map(([name, value = '']) => [value, name]));
  // The longest first, for one may begin with another; and in one go, for one may stand in the name of another.
  const values = [...nameOf.keys()].toSorted((a, b) => b.length - a.length).map(literally);
  const pattern = new RegExp(values.join('|'), 'g');
  const named = (text: string): string => text.replaceAll(pattern, (value) => `\${${nameOf.get(value)}}`);
  const masked = values.length === 0 ? config : maskTexts(config, named);
  return withAdminToken(masked, `\${${ADMIN_TOKEN}}`);
}

function noTarget(): FlashcrowdError {
  return new FlashcrowdError('BAD_USAGE', 'A script for k6 needs a backend that runs when it is played.', [
    {
      path: '--target',
      message: 'missing, or "stub"',
      expected: 'a target file, an adapter and its URL, or the URL of a bundled shop (`flashcrowd serve`)',
      hint: '`flashcrowd k6 run` starts a shop of its own',
    },
  ]);
}
