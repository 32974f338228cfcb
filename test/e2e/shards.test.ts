import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Run, serve } from './command.ts';
import { survivors, workersOf } from './processes.ts';
import { expectComplete, expectSound, idsOf } from './result-shape.ts';
import { decided, merge, startShards } from './shards.ts';

const QUICK = ['--set', 'personas.regular.timeout=2s', '--set', 'personas.guest.timeout=2s'];
const PLAYED = { leadMs: 16_000, args: ['--from', '20s', '--for', '10s', ...QUICK] };

describe('three shards', () => {
  it('play what one run plays, and are judged together', async () => {
    const shards = startShards('same-seed.ts', await serve(), PLAYED);
    // They wait for their moment, and the machine is free.
    await Promise.all(shards.map((shard) => shard.printed(/prepared/)));
    const one = Run.start('same-seed.ts', [...PLAYED.args, '--no-plan']);
    for (const shard of [...shards, one]) {
      const { code, stdout, stderr } = await shard.ended;
      expect(code, stdout + stderr).toBe(0);
    }
    expect(shards[2].stdout).toMatch(/Shard 3 of 3 played its part: 10.s of the window/);
    expect(shards[2].stdout).toContain('flashcrowd merge');
    expect(existsSync(path.join(shards[0].dir, 'result.json'))).toBe(false);

    const { code, stdout, result, dir } = await merge(shards.toReversed());
    expect(code, stdout).toBe(0);
    expectSound(result);
    expectComplete(result);
    expect(decided(result)).toEqual(decided(one.result()));
    expect(result.run).toMatchObject({ shards: 3, workers: 3 });
    expect(result.run.clocks).toHaveLength(3);
    expect(stdout).toContain('3 shards');
    // Each cue was given once.
    expect(result.cues.map(({ id, status }) => [id, status])).toEqual(
      one.result().cues.map(({ id, status }) => [id, status]),
    );
    expect(idsOf(result, 'fail', 'unknown')).toEqual([]);
    expect(readdirSync(path.join(dir, 'history')).toSorted()).toEqual([
      'host.ndjson',
      'worker-0.ndjson',
      'worker-1.ndjson',
      'worker-2.ndjson',
    ]);
  });

  it('of which one is killed make a partial result that does not pass, and so do two of three', async () => {
    const shards = startShards('same-seed.ts', await serve(), PLAYED);
    await shards[0].printed(/0:00:24 cue countdown/);
    const workers = workersOf(shards[1].pid).map(({ pid }) => pid);
    process.kill(shards[1].pid, 'SIGKILL');
    expect((await Promise.all([shards[0].ended, shards[2].ended])).map(({ code }) => code)).toEqual([0, 0]);
    expect(await survivors(workers)).toEqual([]);

    const torn = await merge(shards);
    expect(torn.code, torn.stdout).toBe(121);
    expectSound(torn.result);
    expect(torn.result.verdict.status).toBe('invalid');
    expect(torn.result.partial?.reason).toBe('the recording of shard 2: it breaks off');
    expect(torn.result.health.workers.map(({ ended }) => ended)).toEqual([
      'ok',
      'the recording of shard 2 breaks off',
      'ok',
    ]);
    expect(idsOf(torn.result, 'fail')).toEqual([]);
    expect(idsOf(torn.result, 'unknown')).toEqual(expect.arrayContaining(['chat_delivered', 'no_lost_orders']));

    const absent = await merge([shards[0], shards[2]]);
    expect(absent.code, absent.stdout).toBe(121);
    expectSound(absent.result);
    expect(absent.result.partial?.reason).toBe('shard 2 is missing');
    // What the killed one had measured counts, up to its last second.
    const [withIt, without] = [torn.result, absent.result].map(({ series }) => series.rows.viewers);
    expect(withIt[0]).toBeGreaterThan(without[0] ?? 0);
    expect(withIt.at(-1)).toBe(without.at(-1));
    expect(torn.result.run.ramp.viewers).toBeGreaterThan(absent.result.run.ramp.viewers);
    expect(idsOf(absent.result, 'fail')).toEqual([]);
  });
});
