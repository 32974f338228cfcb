import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { MonteCarlo } from '../../sim/plan/monte-carlo.ts';
import { Pool } from '../../sim/plan/pool.ts';
import type { Job } from '../../sim/plan/job.ts';
import type { PlanSample } from '../../sim/plan/sample.ts';
import { seedOfRun } from '../../sim/plan/seeds.ts';
import { FIGURE_NAMES, type EngineName } from '../../sim/plan-result.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { compiled } from '../crowd/help.ts';
import { extraViewers, FAKE_URL } from './fake-engine.ts';
import { smallEvent } from './help.ts';

function jobOf(changes: Partial<ScenarioInput> = {}): Job {
  const scenario = compiled(smallEvent(changes));
  const window = { fromMs: 0, untilMs: scenario.durationMs };
  return { scenario, window, engine: 'cohorts', depth: 'figures', enginesUrl: FAKE_URL };
}

function monteCarlo(signal = new AbortController().signal): MonteCarlo {
  const one = new MonteCarlo({ workers: 1, signal });
  onTestFinished(() => one.close());
  return one;
}

function pool(size: number): Pool {
  const one = new Pool(size);
  onTestFinished(() => one.close());
  return one;
}

const views = ({ figures }: PlanSample): number => figures[FIGURE_NAMES.indexOf('views')];
const never = new AbortController().signal;

describe('seeds of runs', () => {
  it('differ in both halves from run to run, and from plan to plan', () => {
    const seeds = Array.from({ length: 10_000 }, (_, run) => seedOfRun(0, 7, run));
    expect(new Set(seeds.map(({ seedHi }) => seedHi)).size).toBe(10_000);
    expect(new Set(seeds.map(({ seedLo }) => seedLo)).size).toBe(10_000);
    expect(seedOfRun(0, 8, 3)).not.toEqual(seedOfRun(0, 7, 3));
    expect(seedOfRun(1, 7, 3).seedLo).not.toBe(seedOfRun(0, 7, 3).seedLo);
  });
});

describe('Monte Carlo', () => {
  it('plays run by run, each by its own seed, and tells of each', async () => {
    const job = jobOf();
    let told = 0;
    const { samples, died } = await monteCarlo().play(job, 30, () => void told++);
    expect(died).toBeNull();
    expect(told).toBe(30);
    expect(samples.map(({ run }) => run)).toEqual(Array.from({ length: 30 }, (_, run) => run));
    const { seedHi, seedLo } = job.scenario;
    const expected = samples.map(({ run }) => {
      const seed = seedOfRun(seedHi, seedLo, run);
      return 1000 + extraViewers(seed.seedHi, seed.seedLo);
    });
    expect(samples.map(views)).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(5);
  });

  it('gives run 4 the same seed however many runs there are', async () => {
    const five = await monteCarlo().play(jobOf(), 5, () => undefined);
    const fifty = await monteCarlo().play(jobOf(), 50, () => undefined);
    expect(five.samples).toEqual(fifty.samples.slice(0, 5));
  });

  it('keeps what is done when it is stopped', async () => {
    const stop = new AbortController();
    let told = 0;
    const { samples, died } = await monteCarlo(stop.signal).play(
      jobOf(),
      50,
      () => void (++told === 7 && stop.abort()),
    );
    expect(died).toBeNull();
    expect(samples).toHaveLength(7);
  });

  it('hands on what an engine throws', async () => {
    await expect(monteCarlo().play(jobOf({ name: 'throws' }), 3, () => undefined)).rejects.toThrow(
      'the fake engine throws',
    );
  });
});

describe('a single process', () => {
  // The fake engine dies in a worker, and only there.
  const dying = (viewers: number, engine: EngineName): Job => ({
    ...jobOf({ name: 'dies', audience: { fans: { kind: 'steady', size: viewers } } }),
    engine,
  });

  it('leaves a run that is expected to be long to a worker, whatever was before it, so that it hears Ctrl-C', async () => {
    const one = monteCarlo();
    const short = await one.play(dying(1000, 'agents'), 3, () => undefined);
    expect([short.samples.length, short.died]).toEqual([3, null]);
    const long = await one.play(dying(3_000_000, 'agents'), 1, () => undefined);
    expect([long.samples.length, long.died]).toEqual([0, 'exit code 3']);
  });

  it('does not for cohorts, which count', async () => {
    const { samples, died } = await monteCarlo().play(dying(3_000_000, 'cohorts'), 3, () => undefined);
    expect([samples.length, died]).toEqual([3, null]);
  });

  it.each([
    [1500, 3, null],
    [2500, 1, 'exit code 3'],
  ])('whose runs take %d ms plays %d of three itself', async (tookMs, runsHere, how) => {
    let nowMs = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += tookMs));
    onTestFinished(() => clock.mockRestore());
    const { samples, died } = await monteCarlo().play(dying(1000, 'cohorts'), 3, () => undefined);
    expect([samples.length, died]).toEqual([runsHere, how]);
  });
});

describe('workers', () => {
  it('make the same samples as this process, whoever is first, and go on to the next job', async () => {
    const workers = pool(2);
    for (const job of [jobOf(), jobOf({ duration: '2h' })]) {
      const here = await monteCarlo().play(job, 12, () => undefined);
      const samples: PlanSample[] = [];
      const runs = here.samples.map(({ run }) => run);
      expect(await workers.play(job, runs, (sample) => void samples.push(sample), never)).toBeNull();
      expect(samples.toSorted((a, b) => a.run - b.run)).toEqual(here.samples);
    }
  });

  it('that die end the job, and every later one, and say how', async () => {
    const workers = pool(1);
    expect(await workers.play(jobOf({ name: 'dies' }), [0, 1], () => undefined, never)).toBe('exit code 3');
    expect(await workers.play(jobOf(), [0, 1], () => undefined, never)).toBe('exit code 3');
  });

  it('hand on what an engine throws', async () => {
    const job = jobOf({ name: 'throws' });
    await expect(pool(1).play(job, [0], () => undefined, never)).rejects.toThrow('the fake engine throws');
  });

  it('are let go at once when it is stopped', async () => {
    const stop = new AbortController();
    const samples: PlanSample[] = [];
    const onSample = (sample: PlanSample): void => {
      samples.push(sample);
      stop.abort();
    };
    const runs = Array.from({ length: 1000 }, (_, run) => run);
    expect(await pool(1).play(jobOf(), runs, onSample, stop.signal)).toBeNull();
    expect(samples).toHaveLength(1);
  });
});
