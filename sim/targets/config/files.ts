/** The files that a target file names. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../../errors.ts';
import { displayPath } from '../../scenario/load/find.ts';
import { readAccounts, type Accounts } from './accounts.ts';
import type { TargetSettings } from './settings.ts';

export interface ReadFiles {
  readonly accounts: Accounts;
  /** PEM. */
  readonly ca: string | null;
  readonly problems: readonly Problem[];
}

/** `caFile`: of the command line, in place of what the settings say. */
export async function readFiles(
  { accounts: written, tls }: TargetSettings,
  folder: string,
  caFile: string | undefined,
): Promise<ReadFiles> {
  const problems: Problem[] = [];
  let accounts: Accounts = [];
  if (written !== undefined) {
    const file = path.resolve(folder, written);
    const found = await readAccounts(file, displayPath(file));
    accounts = found.accounts;
    problems.push(...found.problems);
  }
  // The command line is not relative to the target file.
  const caPath = caFile === undefined ? tls.ca && path.resolve(folder, tls.ca) : path.resolve(caFile);
  const ca = caPath === undefined ? null : await readCertificates(caPath, problems);
  return { accounts, ca, problems };
}

async function readCertificates(file: string, problems: Problem[]): Promise<string | null> {
  const name = displayPath(file);
  try {
    const text = await readFile(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
    problems.push({
      file: name,
      path: '',
      message: 'holds no certificate',
      expected: 'PEM: -----BEGIN CERTIFICATE-----',
    });
  } catch (error) {
    problems.push({ file: name, path: '', message: (error as Error).message });
  }
  return null;
}
