import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Coordinator, NobodyLeads } from '../../../sim/k6/script/coordinator.ts';
import { mark } from '../../../sim/live/message-json.ts';
import { answers } from '../../k6/fakes/http.ts';

/** A pod of k6 that comes before its coordinator. */

const answer = (status: number, body: string) => ({
  status,
  body,
  error: status === 0 ? 'refused' : '',
  error_code: 0,
  headers: {},
});
const MINUTE = 60_000;

let startMs: number;
beforeEach(() => {
  vi.stubGlobal('__ENV', {});
  vi.useFakeTimers();
  startMs = Date.now();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Whether it is let in, and how long it took. `at`: what the coordinator answers then. */
async function greet(at: (ms: number) => ReturnType<typeof answer>): Promise<{ came: unknown; afterMs: number }> {
  answers.next = () => Promise.resolve(at(Date.now() - startMs));
  let afterMs = NaN;
  const came = new Coordinator('http://lead', 0)
    .hello('event')
    .catch((error: unknown) => error)
    .finally(() => (afterMs = Date.now() - startMs));
  await vi.runAllTimersAsync();
  return { came: await came, afterMs };
}

describe('a pod that says hello', () => {
  it('waits for a coordinator that is not up yet, and for one that prepares for long', async () => {
    const setup = JSON.stringify({ shard: 0 }, mark);
    const { came } = await greet((ms) => {
      if (ms < 10 * MINUTE) return answer(0, '');
      return ms < 40 * MINUTE ? answer(503, 'not yet') : answer(200, setup);
    });
    expect(came).toEqual({ shard: 0 });
  });

  it('gives up when nobody has answered for a quarter of an hour, or for as long as it is told', async () => {
    const silent = await greet(() => answer(0, ''));
    expect(silent.came).toBeInstanceOf(NobodyLeads);
    expect(silent.afterMs).toBeGreaterThan(15 * MINUTE - 1);
    expect(silent.afterMs).toBeLessThan(15 * MINUTE + 2000);
    vi.stubGlobal('__ENV', { FLASHCROWD_COORDINATOR_START_WITHIN_MS: '5000' });
    startMs = Date.now();
    expect((await greet(() => answer(0, ''))).afterMs).toBeLessThan(7000);
  });

  it('ends at once when it is not wanted', async () => {
    const { came, afterMs } = await greet(() => answer(409, 'another process plays this shard'));
    expect(came).toBeInstanceOf(NobodyLeads);
    expect(afterMs).toBe(0);
  });
});

it('a pod that plays gives up on a coordinator that is silent for half a minute', async () => {
  answers.next = () => Promise.resolve(answer(503, 'gone'));
  const said = new Coordinator('http://lead', 0).exchange().catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  expect(await said).toBeInstanceOf(NobodyLeads);
  expect(Date.now() - startMs).toBeLessThan(32_000);
});
