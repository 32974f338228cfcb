/** What a target file says of its adapters: which, for what, and with which options. */

import path from 'node:path';
import { FlashcrowdError } from '../../errors.ts';
import type { Finding } from '../../scenario/finding.ts';
import { findingsOf } from '../../scenario/issues.ts';
import { MODULE_EXTENSIONS } from '../../scenario/load/find.ts';
import { isRecord, type Path } from '../../scenario/schema/walk.ts';
import { didYouMean } from '../../scenario/suggest.ts';
import type { PartConfig } from '../combine.ts';
import { loadAdapterModule } from './module.ts';
import { ADAPTER_OPTIONS, type AdapterOptions } from './options.ts';
import { SETTING_NAMES } from './settings.ts';

type Serves = PartConfig['serves'];

interface WrittenPart {
  readonly serves: Serves;
  /** Of the object that holds `use`, in the document. */
  readonly path: Path;
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface CheckedPart extends PartConfig {
  readonly isModule: boolean;
  /** What the adapter has to offer; `all` when nobody knows. */
  readonly offers: Serves;
}

export interface CheckedParts {
  readonly parts: readonly CheckedPart[];
  readonly findings: readonly Finding[];
}

/** `folder`: what the paths of modules are relative to. Throws what `loadAdapterModule` throws. */
export async function checkParts(raw: Readonly<Record<string, unknown>>, folder: string): Promise<CheckedParts> {
  const { written, findings } = splitParts(raw);
  const checked = await Promise.all(written.map((part) => checkPart(part, folder)));
  return {
    parts: checked.flatMap(({ parts }) => parts),
    findings: [...findings, ...checked.flatMap((each) => each.findings)],
  };
}

/** `use` and its options among the settings of the file, or under `chat` and `shop`. */
function splitParts(raw: Readonly<Record<string, unknown>>): { written: WrittenPart[]; findings: Finding[] } {
  const sides = (['chat', 'shop'] as const).filter((side) => raw[side] !== undefined);
  if (raw.use !== undefined && sides.length === 0) {
    const options = Object.entries(raw).filter(([key]) => !SETTING_NAMES.includes(key));
    return { written: [{ serves: 'all', path: [], raw: Object.fromEntries(options) }], findings: [] };
  }
  const written: WrittenPart[] = [];
  const findings = sides.length === 0 ? [nothing()] : strayKeys(raw);
  for (const side of sides) {
    const part = raw[side];
    if (isRecord(part)) written.push({ serves: side, path: [side], raw: part });
    else findings.push({ path: [side], message: 'not an adapter with its options', expected: `{use: ..., url: ...}` });
  }
  return { written, findings };
}

function nothing(): Finding {
  const expected = 'chat: {use: ...}, shop: {use: ...} or both; or use: ..., for one system that serves both';
  return { path: [], at: 'key', message: 'names no adapter', expected };
}

function strayKeys(raw: Readonly<Record<string, unknown>>): Finding[] {
  const known = ['chat', 'shop', ...SETTING_NAMES];
  return Object.keys(raw)
    .filter((key) => !known.includes(key))
    .map((key) =>
      key === 'use'
        ? { path: [key], at: 'key', message: 'stands beside chat or shop', expected: 'one or the other' }
        : {
            path: [key],
            at: 'key',
            message: 'unknown key',
            expected: `one of ${known.join(', ')}`,
            hint: didYouMean(key, known),
          },
    );
}

async function checkPart({ serves, path: at, raw }: WrittenPart, folder: string): Promise<CheckedParts> {
  const { use, ...options } = raw;
  const adapter = await adapterOf(use, folder);
  if (adapter === null) return { parts: [], findings: [unknownUse(use, at)] };
  const findings: Finding[] = [];
  const refuses = serves !== 'all' && adapter.serves !== 'all' && adapter.serves !== serves;
  if (refuses)
    findings.push({
      path: [...at, 'use'],
      message: `${String(use)} serves ${word(adapter.serves)}, not ${word(serves)}`,
    });
  const parsed = adapter.schema?.safeParse(options) ?? { success: true as const, data: options };
  if (!parsed.success) findings.push(...optionFindings(adapter, parsed.error.issues, options, at));
  if (findings.length > 0 || !parsed.success) return { parts: [], findings };
  return {
    parts: [{ use: adapter.use, serves, options: parsed.data, isModule: adapter.use !== use, offers: adapter.serves }],
    findings,
  };
}

type Adapter = Pick<AdapterOptions, 'use' | 'serves'> & { readonly schema: AdapterOptions['schema'] | null };
type Issues = Parameters<typeof findingsOf>[1];

async function adapterOf(use: unknown, folder: string): Promise<Adapter | null> {
  if (typeof use !== 'string') return null;
  if (MODULE_EXTENSIONS.includes(path.extname(use)))
    return { serves: 'all', ...(await loadAdapterModule(path.resolve(folder, use))) };
  return ADAPTER_OPTIONS.find((adapter) => adapter.use === use) ?? null;
}

function unknownUse(use: unknown, at: Path): Finding {
  const known = ADAPTER_OPTIONS.map((adapter) => adapter.use);
  return {
    path: [...at, 'use'],
    at: use === undefined ? 'key' : 'value',
    message: use === undefined ? 'missing' : `there is no adapter ${JSON.stringify(use)}`,
    expected: `one of ${known.join(', ')}, or the path of a module (.ts, .js)`,
    hint: typeof use === 'string' ? didYouMean(use, known) : undefined,
  };
}

/** Beside the options of a part stand the settings of the file, when it is the only one. */
function optionFindings({ schema }: Adapter, issues: Issues, options: unknown, at: Path): Finding[] {
  if (schema === null) return [];
  return findingsOf(schema, issues, options).map((finding) => {
    const key = String(finding.path.at(-1));
    const isSetting = at.length === 0 && finding.path.length === 1 && finding.message === 'unknown key';
    const hint = finding.hint ?? (isSetting ? didYouMean(key, SETTING_NAMES) : undefined);
    return { ...finding, path: [...at, ...finding.path], hint };
  });
}

/** Throws FlashcrowdError BAD_USAGE when what was named serves the same side twice. */
export function requireOneOfEach(parts: readonly CheckedPart[]): void {
  for (const side of ['chat', 'shop'] as const) {
    const takers = parts.filter(
      ({ serves, offers }) => [side, 'all'].includes(serves) && [side, 'all'].includes(offers),
    );
    if (takers.length < 2) continue;
    const problem = {
      path: '--target',
      message: `${takers.map(({ use }) => use).join(' and ')} both serve ${word(side)}`,
      expected: 'one for the chat and one for the shop; a target file with chat: and shop: says which is which',
    };
    throw new FlashcrowdError('BAD_USAGE', "The targets get in each other's way.", [problem]);
  }
}

function word(serves: Serves): string {
  return serves === 'shop' ? 'a shop' : serves === 'chat' ? 'chat' : 'both';
}
