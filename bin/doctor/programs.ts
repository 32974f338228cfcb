import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check } from './check.ts';

/** Where `npm run tools:k6` puts what it builds. */
const TOOLS_DIR = fileURLToPath(new URL('../../.tools/bin', import.meta.url));

/** The names that a program goes by, in order of preference. */
const NAMES = {
  k6: ['k6'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
} as const;

export type ProgramName = keyof typeof NAMES;

/** Path of the program: the one built here first (it has the right version), then the PATH; `null` when missing. */
export function findProgram(name: ProgramName, path = process.env.PATH ?? ''): string | null {
  const folders = [TOOLS_DIR, ...path.split(delimiter).filter(Boolean)];
  const candidates = NAMES[name].flatMap((file) => folders.map((folder) => join(folder, file)));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** First line of what `PROGRAM ARGUMENT` prints. Throws when the program fails or takes over 10 s. */
export function versionLine(path: string, argument: string): string {
  const text = execFileSync(path, [argument], {
    encoding: 'utf8',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text.split('\n')[0].trim();
}

export function checkK6(path = findProgram('k6')): Check {
  const meaning = 'only for events too big for one machine; `flashcrowd run` does not need it';
  const remedy =
    'Build the version that is tested: `npm run tools:k6` in a checkout of flashcrowd (needs Go, 1 to 3 minutes).';
  if (!path) return { id: 'k6', status: 'warn', found: 'k6 not found', meaning, remedy };
  return describeProgram({ id: 'k6', path, argument: 'version', meaning, remedy });
}

export function checkChromium(path = findProgram('chromium')): Check {
  const meaning = 'only for the tests that look at the report';
  const remedy = 'Install it with `scripts/install-test-deps.sh` in a checkout of flashcrowd.';
  if (!path) return { id: 'chromium', status: 'warn', found: 'Chromium not found', meaning, remedy };
  return describeProgram({ id: 'chromium', path, argument: '--version', meaning, remedy });
}

interface Program {
  readonly id: string;
  readonly path: string;
  readonly argument: string;
  readonly meaning: string;
  readonly remedy: string;
}

function describeProgram({ id, path, argument, meaning, remedy }: Program): Check {
  try {
    return { id, status: 'ok', found: `${versionLine(path, argument)}, ${path}`, meaning, remedy: null };
  } catch (error) {
    return { id, status: 'warn', found: `${path} does not run: ${(error as Error).message}`, meaning, remedy };
  }
}
