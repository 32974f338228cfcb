import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SERVERS = [
  'redis-server',
  'postgres',
  'mosquitto',
  'nginx',
  'ffmpeg',
  'nats-server',
  'centrifuge',
] as const;
export type ServerName = (typeof SERVERS)[number];

/** Where `scripts/build-chat-servers.sh` puts what it builds. */
const BUILT_HERE = fileURLToPath(new URL('../../.tools/bin', import.meta.url));

/** Where Debian puts servers; a user who is not root may not have it on the PATH. */
const SYSTEM_PROGRAMS = '/usr/sbin';

/** Where Debian puts what belongs to one version of PostgreSQL; it is not on the PATH. */
const POSTGRES_FOLDERS = '/usr/lib/postgresql';

/** Path of the program of a server, or of what a server serves; `null` when it is missing. */
export function findServer(name: ServerName, path = process.env.PATH ?? ''): string | null {
  const ofPath = path.split(delimiter).filter(Boolean);
  const folders = [BUILT_HERE, ...ofPath, SYSTEM_PROGRAMS, ...(name === 'postgres' ? postgresFolders() : [])];
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
