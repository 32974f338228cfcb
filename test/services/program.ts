import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const SERVERS = ['redis-server', 'postgres'] as const;
export type ServerName = (typeof SERVERS)[number];

/** Where Debian puts what belongs to one version of PostgreSQL; it is not on the PATH. */
const POSTGRES_FOLDERS = '/usr/lib/postgresql';

/** Path of a server's program; `null` when it is missing. */
export function findServer(name: ServerName, path = process.env.PATH ?? ''): string | null {
  const folders = [...path.split(delimiter).filter(Boolean), ...(name === 'postgres' ? postgresFolders() : [])];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** The newest first. */
function postgresFolders(): string[] {
  try {
    const versions = readdirSync(POSTGRES_FOLDERS).toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(POSTGRES_FOLDERS, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
