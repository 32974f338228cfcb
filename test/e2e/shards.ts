import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../../sim/result.ts';
import { CLI } from '../cli/run-cli.ts';
import { Command, Run, temporaryFolder, type Ended } from './command.ts';
import { counterOf } from './result-shape.ts';

/** A run of several machines, all of them this one. */

export const SHARDS = [1, 2, 3] as const;

export interface Shop {
  readonly url: string;
  readonly token: string;
}

/** From now to the beginning of the window: time for commands to start on a busy machine, and for `lead` besides. */
const BOOT_MS = 15_000;

export interface ShardsPlayed {
  /** Until the window, as `sim/run/shards/place.ts` reckons. */
  readonly leadMs: number;
  readonly args: readonly string[];
}

/** Three shards that have been started, in their order. */
export function startShards(scenario: string, shop: Shop, { leadMs, args }: ShardsPlayed): Run[] {
  const startAt = new Date(Date.now() + BOOT_MS + leadMs).toISOString();
  const target = ['--target', shop.url, '--admin-token', shop.token, '--workers', '1'];
  return SHARDS.map((shard) =>
    Run.start(scenario, [...args, ...target, '--shard', `${shard}/${SHARDS.length}`, '--start-at', startAt], {
      atMostMs: 100_000,
    }),
  );
}

export interface Merged extends Ended {
  readonly dir: string;
  readonly result: RunResult;
}

export async function merge(shards: readonly Run[]): Promise<Merged> {
  const dir = temporaryFolder();
  const folders = shards.map((shard) => shard.dir);
  const ended = await new Command(process.execPath, [CLI, 'merge', ...folders, '--no-plan', '--out', dir]).ended;
  const result = JSON.parse(readFileSync(path.join(dir, 'result.json'), 'utf8')) as RunResult;
  return { ...ended, dir, result };
}

/** What follows from decisions alone, where the shop has room. */
export function decided(result: RunResult) {
  const counters = ['viewers_joined', 'chat_sent', 'orders', 'gmv', 'http_requests'] as const;
  return {
    digests: result.digests,
    viewers: result.run.ramp.viewers,
    ...Object.fromEntries(counters.map((name) => [name, counterOf(result, name)])),
  };
}
