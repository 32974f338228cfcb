import { TestPostgres } from './test/services/postgres.ts';
import { TestRedis } from './test/services/redis.ts';
import { startStub } from './server-stub/index.ts';
import { spawnSync, spawn } from 'node:child_process';
import { once } from 'node:events';
const pg = await TestPostgres.start('/usr/lib/postgresql/15/bin/postgres');
const redis = await TestRedis.start('/usr/bin/redis-server');
for (const [store, bus] of [[pg.url, redis.url], [redis.url, redis.url], [redis.url.replace('redis:', 'redis+naive:'), redis.url]] as const) {
  const stub = await startStub({ store, bus, instances: 2, adminToken: 'x' });
  const run = spawn('node', ['bin/flashcrowd.js', 'run', 'scenarios/creator-drop.ts', '--target', stub.url, '--from', '14m40s', '--for', '45s', '--scale', '0.05', '--out', '/tmp/h3-run'], { env: { ...process.env, FLASHCROWD_ADMIN_TOKEN: 'x' } });
  let out = ''; run.stdout.on('data', (c) => (out += c)); run.stderr.on('data', (c) => (out += c));
  const [code] = await once(run, 'exit');
  console.log(store.split(':')[0], 'exit', code); console.log(out.slice(-4200));
  await stub.close();
}
await pg.remove(); await redis.remove();
