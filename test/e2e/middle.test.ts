import { describe, expect, it } from 'vitest';
import type { BooksAnswer } from '../../server-stub/protocol.ts';
import type { CompiledScenario } from '../../sim/crowd/compiled.ts';
import { Crowd } from '../../sim/crowd/crowd.ts';
import { INTENT } from '../../sim/crowd/intents.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { Run, scenarioFile, serve } from './command.ts';
import { counterOf, expectComplete, expectSound, sum } from './result-shape.ts';

const FROM_MS = 300_000;
const FOR_MS = 3000;

async function plateau(scale = 1): Promise<CompiledScenario> {
  const { scenario } = await loadScenario(scenarioFile('plateau.yaml'));
  return compileScenario(scenario, { scale });
}

async function play(...args: string[]) {
  const { url, token } = await serve();
  const run = Run.start('plateau.yaml', [
    '--from',
    '5m',
    '--for',
    '3s',
    '--target',
    url,
    '--admin-token',
    token,
    ...args,
  ]);
  const { code, stdout } = await run.ended;
  expect(code, stdout).toBe(0);
  const result = run.result();
  expectSound(result);
  expect(result.partial).toBeNull();
  const answer = await fetch(`${url}/admin/books`, { headers: { 'x-admin-token': token } });
  return { result, books: (await answer.json()) as BooksAnswer };
}

/** Arrivals of the window before `untilMs`. */
function arrivals(scenario: CompiledScenario, untilMs: number): number {
  let entered = 0;
  const count = (kind: number): void => void (kind === INTENT.enter && entered++);
  const crowd = new Crowd(scenario, { intent: count }, { shard: 0, shards: 1, startMs: FROM_MS });
  crowd.step(untilMs - 1);
  return entered;
}

/** Arrivals are Poisson and stays independent: so is the number of those present. */
function expectWithinFiveSigma(observed: number, mean: number): void {
  expect(Math.abs(observed - mean), `${observed} where ${mean} were expected`).toBeLessThan(5 * Math.sqrt(mean));
}

describe('a run that starts in the middle of the event', () => {
  it('begins with the crowd and the stock of that moment; the ramp is not counted', async () => {
    const scenario = await plateau();
    const warm = warmStart(scenario, FROM_MS);
    const { result, books } = await play();

    const expected = scenario.audience[Math.floor(FROM_MS / scenario.audienceStepMs)];
    expect(expected).toBeGreaterThan(150);
    const { viewers, joins, leaves } = result.series.rows;
    expectWithinFiveSigma(viewers[0]!, expected);
    expect(viewers[0]).toBe(warm.snapshot.count + (joins[0] ?? 0) - (leaves[0] ?? 0));
    expect(result.run.ramp).toMatchObject({ viewers: warm.snapshot.count, failed: 0 });

    // Whoever came in the last moment may have been welcomed after the end.
    const joined = counterOf(result, 'viewers_joined');
    expect(joined).toBe(sum(joins));
    expect(joined).toBeLessThanOrEqual(arrivals(scenario, FROM_MS + FOR_MS));
    expect(joined).toBeGreaterThanOrEqual(arrivals(scenario, FROM_MS + FOR_MS - 1000));
    expect(joined).toBeGreaterThan(5);

    // All but a few of the 50 units of the drop at 2 min have been sold.
    expect(warm.stockLeft[0]).toBeLessThan(400);
    expect(warm.stockLeft[0]).toBeGreaterThanOrEqual(350);
    expect(books.products).toMatchObject([{ id: 'serum', stocked: warm.stockLeft[0] }]);
    expect(result.books).toMatchObject([{ productId: 'serum', stockedUnits: warm.stockLeft[0], soldUnits: 0 }]);
    expect(result.notes.join('\n')).toContain(`Its ${warm.snapshot.count} viewers and its stock were computed`);
    expect(result.notes.join('\n')).not.toContain('Scaled');
  });

  it('at half the scale has half the audience and half the stock, and says so', async () => {
    const [whole, half] = [await plateau(), await plateau(0.5)];
    expect(half.products[0].stock).toBe(200);
    const { result } = await play('--scale', '0.5');
    expectComplete(result);
    const expected = whole.audience[Math.floor(FROM_MS / whole.audienceStepMs)] / 2;
    expectWithinFiveSigma(result.series.rows.viewers[0]!, expected);
    expect(result.books[0].stockedUnits).toBe(warmStart(half, FROM_MS).stockLeft[0]);
    expect(result.books[0].stockedUnits).toBeLessThanOrEqual(200);
    expect(result.run.scale).toBe(0.5);
    expect(result.notes.join('\n')).toContain('Scaled: audience, stock and batches were multiplied by 0.5');
  });
});
