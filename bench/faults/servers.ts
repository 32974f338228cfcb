import { TestPostgres } from '../../test/services/postgres.ts';
import { findServer, type ServerName } from '../../test/services/program.ts';
import { TestRedis } from '../../test/services/redis.ts';

/** A kind of store, with a place of its own in it for each run. */
export interface StoreKind {
  readonly name: string;
  url(job: number): string;
}

/** Redis and PostgreSQL of this bench's own. @throws Error when one of them is not installed */
export async function startServers() {
  const redis = await TestRedis.start(program('redis-server'));
  const postgres = await TestPostgres.start(program('postgres'));
  const inRedis = (name: string, url: string): StoreKind => ({ name, url: (job) => `${url}?prefix={run${job}}:` });
  const inPostgres = (name: string, url: string): StoreKind => ({ name, url: (job) => `${url}?schema=run${job}` });
  return {
    correct: [
      { name: 'memory', url: () => 'memory' },
      inRedis('redis', redis.url),
      inPostgres('postgres', postgres.url),
      inPostgres('postgres+lock', postgres.url.replace(':', '+lock:')),
    ] as readonly StoreKind[],
    naive: [
      inRedis('redis+naive', redis.url.replace(':', '+naive:')),
      inPostgres('postgres+naive', postgres.url.replace(':', '+naive:')),
    ] as readonly StoreKind[],
    stop: async () => {
      await redis.remove();
      await postgres.remove();
    },
  };
}

function program(name: ServerName): string {
  const path = findServer(name);
  if (path === null) throw new Error(`${name} is missing; scripts/install-test-deps.sh installs it`);
  return path;
}
