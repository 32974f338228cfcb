import { isUtf8 } from 'node:buffer';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { FlashcrowdError, type Problem } from '../../sim/errors.ts';
import { SCRIPT_NAME, type ScriptFile } from '../../sim/manifests/script.ts';
import { ADMIN_TOKEN } from '../../sim/manifests/variables.ts';
import { Secrets } from '../../sim/targets/config/secrets.ts';

/** What `flashcrowd k6 build` writes: the script, what it opens, and how large the fleet is that it was built for. */

const EVENT = 'event.json';
const NAMES = [SCRIPT_NAME, EVENT, 'crowd.json'];
/** Shorter values, `staging` or `true`, stand in a scenario by chance. */
const SHORTEST_SECRET = 8;
const REBUILD = 'one that `flashcrowd k6 build` wrote';

/** As the build writes what is secret in a target: the environment of the fleet says it. */
const SECRET = /\$\{([A-Z_][A-Z0-9_]*)\}/g;

const eventFile = z.object({
  scenario: z.object({ name: z.string() }).optional(),
  target: z.unknown().optional(),
  fleet: z.object({
    vus: z.int().min(1),
    expectedPeakViewers: z.number().min(0),
    messagesPerViewerPerSec: z.number().min(0),
    secretsLeft: z.boolean(),
  }),
});

export interface Dist {
  readonly files: readonly ScriptFile[];
  /** Of the scenario. */
  readonly name: string | undefined;
  /** Variables that the target takes from the environment, and those that were named besides; without that of the host. */
  readonly secretNames: readonly string[];
  readonly fleet: z.output<typeof eventFile>['fleet'];
}

/**
 * @param named variables that hold a secret, besides those that the event names itself; their values must not stand in any of the files
 * @throws FlashcrowdError BAD_USAGE when it is no such folder, or a secret stands in it
 */
export async function readDist(
  folder: string,
  named: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Dist> {
  const files = await readFiles(folder);
  const event = files.find(({ name }) => name === EVENT);
  if (!event) throw notBuilt(folder, [{ path: '', message: `there is no ${EVENT}`, expected: REBUILD }]);
  const parsed = eventFile.safeParse(parseJson(textOf(event)));
  const secretNames = [...new Set([...(parsed.data ? secretsOf(parsed.data.target) : []), ...named])];
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path: at, message }) => ({ file: EVENT, path: at.join('.'), message })),
    ...findSecrets(files, [ADMIN_TOKEN, ...secretNames], environment),
    ...files
      .filter(({ bytes }) => !isUtf8(bytes))
      .map(({ name }) => ({ file: name, path: '', message: 'it is no text' })),
  ];
  if (!parsed.success || problems.length > 0) throw notBuilt(folder, problems);
  const { scenario, fleet } = parsed.data;
  return { files, name: scenario?.name, secretNames, fleet };
}

function secretsOf(target: unknown): string[] {
  const names = [...(JSON.stringify(target) ?? '').matchAll(SECRET)].map(([, name]) => name);
  return names.filter((name) => name !== ADMIN_TOKEN);
}

async function readFiles(folder: string): Promise<ScriptFile[]> {
  try {
    const there = new Set(await readdir(folder));
    const names = NAMES.filter((name) => there.has(name));
    return await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(path.join(folder, name)) })));
  } catch (error) {
    const problem = { path: '', message: (error as Error).message, expected: REBUILD };
    throw new FlashcrowdError('BAD_USAGE', `cannot read ${folder}`, [problem], { cause: error });
  }
}

/** `undefined` when it is no JSON: the schema says what is missing. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whoever may read the namespace may read a ConfigMap. The script is the same for all targets, and has innocent words in plenty. */
function findSecrets(
  files: readonly ScriptFile[],
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Problem[] {
  const data = files.filter(({ name }) => name !== SCRIPT_NAME).map((file) => ({ ...file, text: textOf(file) }));
  return names.flatMap((name) => {
    const value = environment[name] ?? '';
    if (value.length < SHORTEST_SECRET) return [];
    const secrets = new Secrets();
    secrets.add(value, name);
    return data
      .filter(({ text }) => secrets.mask(text) !== text)
      .map(({ name: file }) => ({
        file,
        path: '',
        message: `the value of ${name} stands in it`,
        expected: 'no secret: let the target take it from the environment, and build again',
      }));
  });
}

function textOf({ bytes }: ScriptFile): string {
  return new TextDecoder().decode(bytes);
}

function notBuilt(folder: string, problems: readonly Problem[]): FlashcrowdError {
  return new FlashcrowdError('BAD_USAGE', `${folder} cannot become a fleet`, problems);
}
