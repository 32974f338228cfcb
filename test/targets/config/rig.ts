import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { FlashcrowdError } from '../../../sim/errors.ts';
import { loadTarget, type LoadedTarget, type LoadTargetOptions } from '../../../sim/targets/config/load.ts';
import type { TargetSpec } from '../../../sim/targets/config/spec.ts';

/** Files in a folder of their own, which is gone when the test is; answers the path of the folder. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'target-test-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(dir, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return dir;
}

export function load(
  specs: TargetSpec | readonly TargetSpec[],
  options: Partial<LoadTargetOptions> & { readonly folder?: string } = {},
): Promise<LoadedTarget> {
  const { folder = '', ...rest } = options;
  return loadTarget(Array.isArray(specs) ? specs : [specs as TargetSpec], {
    environment: {},
    adminToken: undefined,
    place: { file: null, folder, path: ['--target'], locate: () => undefined },
    roomIds: ['main'],
    ...rest,
  });
}

/** What went wrong. */
export async function failureOf(loading: Promise<unknown>): Promise<FlashcrowdError> {
  const error: unknown = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FlashcrowdError);
  return error as FlashcrowdError;
}

/** Loads the one file of a folder. */
export async function loadText(
  text: string,
  options: Parameters<typeof load>[1] = {},
  others: Readonly<Record<string, string>> = {},
): Promise<LoadedTarget> {
  return load('shop.yaml', { folder: await folderWith({ 'shop.yaml': text, ...others }), ...options });
}
