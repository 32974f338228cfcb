import { describe, expect, it } from 'vitest';
import { draftPlan } from '../../sim/plan/draft.ts';
import type { Choice } from '../../sim/plan/choose.ts';
import type { PlanOptions } from '../../sim/plan/options.ts';
import { otherAudiences } from '../../sim/plan/size.ts';
import { scenarioWithTitle } from '../../sim/scenario/schema/scenario.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { FAKE, failureOf, smallEvent } from './help.ts';

async function choiceOf(options: PlanOptions, changes: Partial<ScenarioInput> = {}, freeBytes = 8e9): Promise<Choice> {
  const { choice } = await draftPlan(smallEvent(changes), { runs: 50, workers: 4, ...options }, { ...FAKE, freeBytes });
  return choice;
}

const GROWING = 'audience.fans.size=1000,200M';

describe('the engine of a plan', () => {
  it('is that of the largest point of a sweep', async () => {
    expect(await choiceOf({ sweep: GROWING })).toMatchObject({
      engine: 'cohorts',
      reason: 'up to 200,000,000 views x 150 runs are too many to play each viewer',
    });
    expect(await choiceOf({ sweep: 'products.serum.stock=1,2' })).toMatchObject({
      engine: 'agents',
      reason: '1,000 views x 150 runs are few enough to play each viewer',
    });
  });

  it('counts a raised audience of a sensitivity', async () => {
    // Up to 50,000 views agents play any number of runs; 1.2 times 45,000 are more than that.
    const fans = { fans: { kind: 'steady', size: 45_000 } } as const;
    expect((await choiceOf({ runs: 10_000 }, { audience: fans })).engine).toBe('agents');
    const { engine, reason } = await choiceOf({ runs: 10_000, sensitivity: 0.2 }, { audience: fans });
    expect(engine).toBe('cohorts');
    expect(reason).toMatch(/^up to 54,000 views x /);
  });

  it('counts a longer event of a sweep to its own end', async () => {
    const audience = { fans: { kind: 'steady', rate: '100/s' } } as const;
    const { reason } = await choiceOf({ runs: 1, sweep: 'duration=1h,3h' }, { audience });
    expect(reason).toMatch(/^up to 1,080,000 views x 3 runs/);
  });

  it('is refused when the largest point does not fit into memory, though the others do', async () => {
    const wanted = { engine: 'agents', runs: 1 } as const;
    const error = await failureOf(() => choiceOf({ ...wanted, sweep: GROWING }));
    expect([error.code, error.problems[0].hint]).toEqual([
      'PLAN_TOO_LARGE',
      'try one of: --engine cohorts, --scale 0.1',
    ]);
    expect((await choiceOf(wanted)).engine).toBe('agents');
  });

  it('is refused when a raised stay does not fit', async () => {
    const stays = {
      personas: { fan: { dwell: '30m' } },
      audience: { fans: { kind: 'push', size: '2M', within: '1h' } },
    };
    const fits = 4e8;
    const before = await choiceOf({ runs: 1, sweep: 'personas.fan.dwell=1m,2m', workers: 1 }, stays as never, fits);
    expect(before.engine).toBe('agents');
    const longer = await failureOf(() =>
      choiceOf({ runs: 1, sweep: 'personas.fan.dwell=1m,5h' }, stays as never, fits),
    );
    expect(longer.code).toBe('PLAN_TOO_LARGE');
  });
});

describe('variants with another audience', () => {
  it('are one of each kind; stock, prices and servers make none', () => {
    const scenario = scenarioWithTitle.parse(smallEvent());
    const larger = {
      ...scenario,
      audience: scenarioWithTitle.parse(smallEvent({ audience: { fans: { kind: 'steady', size: 9 } } })).audience,
    };
    const dearer = { ...scenario, products: {} };
    const other = otherAudiences(scenario, [dearer, larger, { ...larger, products: {} }, structuredClone(scenario)]);
    expect(other).toEqual([larger]);
  });
});
