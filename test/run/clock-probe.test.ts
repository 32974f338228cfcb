import { describe, expect, it, onTestFinished } from 'vitest';
import { ClockProbe, PROBE_LANES } from '../../sim/run/clock-probe.ts';
import { askOver, clockQuestion } from '../../sim/run/date-header.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import { uniform } from '../metrics/random.ts';
import { byTimer, dateText, FarProbe, fresh, lateSeconds, type FarServer } from './clock-rig.ts';
import { answering, closedPort, GET } from './http-rig.ts';

const MINUTE = 60_000;
const way = (ms: number) => () => ms;

/** Probes it, and says how wide the bound is; the offset must lie in it. */
async function widthOf(far: FarProbe): Promise<number> {
  const found = await far.run();
  if (found.kind !== 'bounded') throw new Error(`not bounded: ${JSON.stringify(found)}`);
  expect(found.leastMs).toBeLessThanOrEqual(far.offsetMs);
  expect(found.mostMs).toBeGreaterThanOrEqual(far.offsetMs);
  return found.mostMs - found.leastMs;
}

/** Servers near and far, with clocks that are anything apart and ways that are anything but equal. */
function servers(n: number, seed: number, more: (u: () => number) => Partial<FarServer>): FarServer[] {
  const u = uniform(seed);
  return Array.from({ length: n }, () => {
    const tripMs = 1 + u() * 79;
    const thereShare = [0, 1, u()][Math.floor(u() * 3)];
    const jitter = () => 1 + u() * 0.3;
    return {
      offsetMs: (u() - 0.5) * 10_000,
      thereMs: () => tripMs * thereShare * jitter(),
      backMs: () => tripMs * (1 - thereShare) * jitter(),
      ...more(u),
    };
  });
}

describe('the offset lies in the bound', () => {
  it('of servers that read their clock for each answer', async () => {
    for (const server of servers(400, 3, () => ({ driftPpm: 10 }))) await widthOf(new FarProbe(server));
  });

  it('of servers whose seconds end late, as in Node', async () => {
    const late = servers(400, 4, (u) => ({ dating: lateSeconds(() => u() * 20) }));
    for (const server of late) await widthOf(new FarProbe(server));
  });

  it('of servers that keep a date for a while, and are known for it', async () => {
    const known = [
      [500, 'istio-envoy'],
      [1000, 'uvicorn'],
      [1000, 'Kestrel'],
    ] as const;
    for (const [everyMs, name] of known) {
      const kept = servers(60, everyMs, (u) => ({ dating: byTimer(everyMs, u() * everyMs, name) }));
      for (const server of kept) {
        const widthMs = await widthOf(new FarProbe(server));
        expect(widthMs).toBeGreaterThan(everyMs);
      }
    }
  });
});

describe('a set of questions', () => {
  it('narrows it to the way there and back and a little more', async () => {
    for (const [tripMs, mostMs] of [
      [1, 35],
      [10, 44],
      [30, 65],
      [80, 140],
    ]) {
      for (let i = 0; i < 30; i++) {
        const [thereMs, backMs] = [way(tripMs / 2), way(tripMs / 2)];
        const widthMs = await widthOf(new FarProbe({ offsetMs: i * 137.3 - 2000, thereMs, backMs }));
        expect(widthMs).toBeLessThanOrEqual(mostMs);
      }
    }
  });

  it('takes 3 s and 20 questions at the most', async () => {
    for (const server of servers(200, 5, () => ({}))) {
      const far = new FarProbe(server);
      const beganMs = far.time.now();
      await far.run();
      expect(far.time.now() - beganMs).toBeLessThanOrEqual(3300 + 104);
      expect(far.questions).toBeLessThanOrEqual(20);
    }
  });

  it('is asked anew each time: one that is late in the run knows of a drift', async () => {
    for (const driftPpm of [100, -100]) {
      const far = new FarProbe({ offsetMs: 3, driftPpm, thereMs: way(1), backMs: way(1) });
      expect((await far.run()).kind).toBe('bounded');
      await far.pass(15 * MINUTE);
      const found = await far.run();
      expect(found).toMatchObject({ kind: 'contradictory' });
      expect(found).toHaveProperty('betweenMs', expect.closeTo(15 * MINUTE, -5));
    }
    const steady = new FarProbe({ offsetMs: 3, driftPpm: 15, thereMs: way(1), backMs: way(1) });
    await steady.run();
    await steady.pass(15 * MINUTE);
    await widthOf(steady);
  });

  it('ends when the run does', async () => {
    const stop = new AbortController();
    const far = new FarProbe({ offsetMs: 3, thereMs: way(1), backMs: way(1) });
    const probing = far.probe.probe(stop.signal);
    await far.pass(100);
    stop.abort();
    const asked = far.questions;
    expect((await far.time.until(probing)).kind).toBe('bounded');
    expect(far.questions).toBe(asked);
  });
});

describe('what is no clock', () => {
  it('is told: two servers behind one name, 2 s apart', async () => {
    for (const offsetMs of [0, 400, -900]) {
      let n = 0;
      const dating = (serverMs: number) => fresh(serverMs + (n++ % 2) * 2000);
      const far = new FarProbe({ offsetMs, thereMs: way(5), backMs: way(5), dating });
      const found = await far.run();
      expect(found).toMatchObject({ kind: 'contradictory', betweenMs: 0 });
      expect(far.questions).toBeLessThan(20);
    }
  });

  it('is told: a stall at the turn of a second, which dates answers late', async () => {
    const [thereMs, backMs] = [way(1), way(1)];
    const kinds = { bounded: 0, contradictory: 0, unknown: 0 };
    for (const [i, { offsetMs }] of servers(450, 6, () => ({})).entries()) {
      let second = 0;
      const dating = lateSeconds(() => (second++ === i % 3 ? 300 : 0));
      const found = await new FarProbe({ offsetMs, thereMs, backMs, dating }).run();
      kinds[found.kind]++;
      if (found.kind !== 'bounded') continue;
      // It was not asked while it stood still, or for a moment only.
      expect(found.leastMs).toBeLessThanOrEqual(offsetMs);
      expect(found.mostMs).toBeGreaterThanOrEqual(offsetMs - 2);
    }
    expect(kinds.contradictory).toBeGreaterThan(100);
  });

  it('is not asked twice', async () => {
    const cases = [
      [() => ({}), 'no_date'],
      [() => ({ date: 'yesterday' }), 'bad_date'],
      [() => ({ date: '1' }), 'bad_date'],
      [() => ({ date: 'Mon, 99 Nov 2026 09:11:44 GMT' }), 'bad_date'],
      [(ms: number) => ({ date: `${dateText(ms)}, ${dateText(ms)}` }), 'bad_date'],
      [(ms: number) => ({ date: dateText(ms), age: '12' }), 'cached'],
      [() => null, 'no_answer'],
    ] as const;
    for (const [dating, why] of cases) {
      const far = new FarProbe({ offsetMs: 0, thereMs: way(1), backMs: way(1), dating });
      expect(await far.run()).toEqual({ kind: 'unknown', why });
      expect(far.questions).toBe(1);
    }
  });

  it('does not undo what was known', async () => {
    let isUp = true;
    const dating = (serverMs: number) => (isUp ? fresh(serverMs) : null);
    const far = new FarProbe({ offsetMs: 20, thereMs: way(1), backMs: way(1), dating });
    const before = await far.run();
    isUp = false;
    await far.pass(MINUTE);
    expect(await far.run()).toEqual(before);
  });
});

/** The limits of what dates can tell: with no name to know it by, such a server looks like a clock that is behind. */
it('a server that keeps dates in silence is found out by a second set, once its timer has strayed', async () => {
  // Comes round every 1,001 ms, as a timer does that is set anew each time.
  const dating = byTimer(1001, 0, null);
  const far = new FarProbe({ offsetMs: 0, thereMs: way(1), backMs: way(1), dating });
  await far.run();
  await far.pass(3 * MINUTE);
  expect((await far.run()).kind).toBe('contradictory');
});

describe('over HTTP', () => {
  function probeOf(origin: string): ClockProbe {
    const http = new HttpClients(PROBE_LANES);
    onTestFinished(() => http.destroy());
    return new ClockProbe(askOver(http, { ...GET, origin }));
  }

  it('a server of this machine is found to have its clock, in 3 s', async () => {
    let questions = 0;
    const origin = await answering((_, response) => {
      questions++;
      response.end();
    });
    const beganMs = performance.now();
    const found = await probeOf(origin).probe();
    expect(performance.now() - beganMs).toBeLessThan(4000);
    expect(questions).toBeLessThanOrEqual(20);
    expect(found.kind).toBe('bounded');
    if (found.kind !== 'bounded') return;
    // Both ends hold 0, but for what the two clocks of this process are apart.
    expect(found.leastMs).toBeLessThan(5);
    expect(found.mostMs).toBeGreaterThan(-5);
    expect(found.mostMs - found.leastMs).toBeLessThan(500);
  });

  it('who sends no date, and who does not answer, costs one question', async () => {
    const silent = await answering((_, response) => {
      response.sendDate = false;
      response.end();
    });
    expect(await probeOf(silent).probe()).toEqual({ kind: 'unknown', why: 'no_date' });
    expect(await probeOf(await closedPort()).probe()).toEqual({ kind: 'unknown', why: 'no_answer' });
  });
});

describe('who is asked', () => {
  const health = (origin: string) => ({ method: 'GET', path: '/healthz', origin }) as const;
  const part = (origin: string) => ({ origin }) as never;
  const [CHAT, SHOP] = ['https://chat.test', 'https://shop.test'];

  it('is who dates the chat, by its health or else its front page', () => {
    const both = [health(SHOP), health(CHAT)];
    expect(clockQuestion({ room: part(CHAT), shop: part(SHOP), health: both } as never)).toEqual(both[1]);
    expect(clockQuestion({ room: part(CHAT), shop: part(SHOP), health: [both[0]] } as never)).toEqual({
      method: 'HEAD',
      path: '/',
      origin: CHAT,
    });
    expect(clockQuestion({ room: null, shop: part(SHOP), health: both } as never)).toEqual(both[0]);
  });

  it('is nobody where there is nobody', async () => {
    expect(clockQuestion({ room: null, shop: null, health: [] } as never)).toBeNull();
    const probe = new ClockProbe(askOver({} as never, null));
    expect(await probe.probe()).toEqual({ kind: 'unknown', why: 'no_question' });
  });
});
