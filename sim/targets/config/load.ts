/** Loads a target: reads what was named, puts in the environment, checks all of it, and says where it goes. */

import { FlashcrowdError, type Problem } from '../../errors.ts';
import { toProblem, type Finding } from '../../scenario/finding.ts';
import { findingsOf } from '../../scenario/issues.ts';
import { createTarget, type AbortLimits } from '../index.ts';
import type { TargetConfig } from '../combine.ts';
import type { Accounts } from './accounts.ts';
import { addressesOf } from './addresses.ts';
import { substitute, type Environment } from './environment.ts';
import { readFiles } from './files.ts';
import { checkParts, requireOneOfEach, type CheckedPart } from './parts.ts';
import { findUnknownNames } from './placeholders.ts';
import { Secrets } from './secrets.ts';
import { SETTING_NAMES, targetSettings, type TargetSettings } from './settings.ts';
import { readSpec, type SpecPlace, type TargetDocument, type TargetSpec } from './spec.ts';
import { keepAccounts, keepSecret } from './take-secrets.ts';

export interface LoadTargetOptions {
  readonly environment: Environment;
  /** For a bundled shop that is named by its URL. */
  readonly adminToken: string | undefined;
  readonly place: SpecPlace;
  /** Rooms of the scenario: an address may hang on the room. */
  readonly roomIds: readonly string[];
  /** Of the command line; both go before what the file says. */
  readonly caFile?: string;
  readonly insecure?: boolean;
}

export interface LoadedTarget {
  readonly config: TargetConfig;
  /** What must be kept out of everything that is printed or written. */
  readonly secrets: Secrets;
  /** Hosts that the file says are the user's. */
  readonly owned: readonly string[];
  /** Every address it goes to, each scheme, host and port once. */
  readonly origins: readonly URL[];
  readonly limits: {
    /** As written; null: not. */
    readonly joinsPerSec: number | null;
    /** null: switched off. */
    readonly abort: AbortLimits | null;
  };
}

/**
 * Several specs are one target: chat from one, shop from another. Throws FlashcrowdError with every problem at once: TARGET_INVALID,
 * TARGET_THREW, or BAD_USAGE for what the command line names.
 */
export async function loadTarget(specs: readonly TargetSpec[], options: LoadTargetOptions): Promise<LoadedTarget> {
  const secrets = new Secrets();
  const checked = await Promise.all(
    specs.map(async (spec) => checkDocument(await readSpec(spec, options.place), options, secrets)),
  );
  const problems = checked.flatMap((each) => each.problems);
  const parts = checked.flatMap((each) => each.parts);
  if (problems.length > 0) throw invalid(specs, problems, secrets);
  requireAlone(checked);
  if (checked.length > 1) requireOneOfEach(parts);
  const [{ settings, accounts, ca }] = checked;
  const config: TargetConfig = {
    name: checked.map(({ name }) => name).join(' + '),
    parts: parts.map(({ use, serves, options: partOptions }) => ({ use, serves, options: partOptions })),
    tls: { ca, insecure: options.insecure ?? settings.tls.insecure },
    accounts,
  };
  const { perSec = null } = settings.ramp ?? {};
  const abort = settings.abort === 'off' ? null : { errorShare: settings.abort.errorRate, forMs: settings.abort.for };
  const origins = await originsOf(config, options.roomIds).catch((error: unknown) => {
    throw unusable(config.name, error, secrets);
  });
  return { config, secrets, owned: settings.owned, origins, limits: { joinsPerSec: perSec, abort } };
}

interface CheckedDocument {
  readonly name: string;
  readonly isFile: boolean;
  readonly settings: TargetSettings;
  readonly parts: readonly CheckedPart[];
  readonly accounts: Accounts;
  /** PEM. */
  readonly ca: string | null;
  readonly problems: readonly Problem[];
}

async function checkDocument(
  { raw, name, place }: TargetDocument,
  { environment, adminToken, caFile }: LoadTargetOptions,
  secrets: Secrets,
): Promise<CheckedDocument> {
  const { value, taken, findings } = substitute(raw, environment);
  const given = withAdminToken(value as Readonly<Record<string, unknown>>, name, adminToken);
  if (adminToken !== undefined) secrets.add(adminToken, 'FLASHCROWD_ADMIN_TOKEN');
  keepSecret(given, taken, secrets);
  // What the environment lacks is said once, and not again as what is wrong without it.
  const said = new Set(findings.map(({ path: at }) => at.join('\n')));
  const settings = readSettings(given);
  const { parts, findings: ofParts } = await checkParts(given, place.folder);
  const files = await readFiles(settings.read, place.folder, caFile);
  keepAccounts(files.accounts, secrets);
  const columns = Object.keys(files.accounts[0] ?? {});
  // What a module keeps of a viewer, nobody knows.
  const names = parts.some(({ isModule }) => isModule) ? [] : findUnknownNames(given, columns);
  const rest = [...settings.findings, ...ofParts, ...names].filter(({ path: at }) => !said.has(at.join('\n')));
  return {
    name: settings.read.name ?? name ?? parts.map(({ use }) => use).join(' + '),
    isFile: place.file !== null,
    settings: settings.read,
    parts,
    ...files,
    problems: [...findings, ...rest].map((finding) => problemAt(finding, place)).concat(files.problems),
  };
}

function withAdminToken(
  raw: Readonly<Record<string, unknown>>,
  name: string | null,
  adminToken: string | undefined,
): Readonly<Record<string, unknown>> {
  const wantsToken = raw.use === 'stub' && raw.adminToken === undefined && name !== null && adminToken !== undefined;
  return wantsToken ? { ...raw, adminToken } : raw;
}

function readSettings(raw: Readonly<Record<string, unknown>>): { read: TargetSettings; findings: Finding[] } {
  const own = Object.fromEntries(Object.entries(raw).filter(([key]) => SETTING_NAMES.includes(key)));
  const parsed = targetSettings.safeParse(own);
  if (parsed.success) return { read: parsed.data, findings: [] };
  return { read: targetSettings.parse({}), findings: findingsOf(targetSettings, parsed.error.issues, own) };
}

async function originsOf(config: TargetConfig, roomIds: readonly string[]): Promise<URL[]> {
  const target = await createTarget(config);
  return addressesOf(
    target,
    config.parts.map((part) => part.options),
    roomIds,
  );
}

function problemAt(finding: Finding, { file, path: base, locate }: SpecPlace): Problem {
  const whole = { ...finding, path: [...base, ...finding.path] };
  if (file !== null) return toProblem(whole, file, locate);
  const { file: _none, ...problem } = toProblem(whole, '', locate);
  return problem;
}

/** A target file says what the command line could not say of two. */
function requireAlone(checked: readonly CheckedDocument[]): void {
  if (checked.length < 2 || !checked.some(({ isFile }) => isFile)) return;
  throw new FlashcrowdError('BAD_USAGE', 'A target file stands alone.', [
    {
      path: '--target',
      message: 'a target file among several targets',
      expected: 'one file, with chat: and shop: in it',
    },
  ]);
}

function invalid(specs: readonly TargetSpec[], problems: readonly Problem[], secrets: Secrets): FlashcrowdError {
  const what = typeof specs[0] === 'string' && specs.length === 1 ? specs[0] : 'the target';
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new FlashcrowdError(
    'TARGET_INVALID',
    secrets.mask(`${what} has ${count}`),
    secrets.maskIn(problems.toSorted(byPlace)),
  );
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

/** An adapter may find that its options do not fit together only when it is made. */
function unusable(name: string, error: unknown, secrets: Secrets): FlashcrowdError {
  const problems =
    error instanceof FlashcrowdError && error.problems.length > 0
      ? error.problems
      : [{ path: '', message: (error as Error).message }];
  return new FlashcrowdError('TARGET_INVALID', `the target ${name} cannot be used`, secrets.maskIn(problems), {
    cause: error,
  });
}
