import { createHash } from 'node:crypto';
import { Session } from 'node:inspector/promises';
import { describe, expect, it } from 'vitest';
import { Crowd } from '../../sim/crowd/crowd.ts';
import { Digest } from '../../sim/crowd/digest.ts';
import { INTENT } from '../../sim/crowd/intents.ts';
import { warmStart } from '../../sim/plan/warm-start.ts';
import { BUSY, compiled, sorted, YesWorld } from './help.ts';

const scenario = compiled(BUSY);
const whole = new YesWorld(scenario).play(1000);

describe('the crowd', () => {
  it('does something of every kind', () => {
    const count = (kind: number): number => whole.trace.filter((one) => one.kind === kind).length;
    for (const kind of Object.values(INTENT).filter((each) => each !== INTENT.refund))
      expect(count(kind), String(kind)).toBeGreaterThan(20);
    // The golden trace has no refunds; those are in buying.test.ts.
    expect(count(INTENT.refund)).toBe(0);
  });

  it.each([1, 2, 7])('is the same crowd in %i shards', (shards) => {
    const worlds = Array.from({ length: shards }, (_, shard) => new YesWorld(scenario, shard, shards).play(1000));
    expect(sorted(worlds.flatMap((world) => world.trace))).toEqual(sorted(whole.trace));
    const self = new Digest();
    const reactions = new Digest();
    for (const { crowd } of worlds) {
      self.merge(crowd.selfDigest.state());
      reactions.merge(crowd.reactionDigest.state());
    }
    expect([self.hex(), reactions.hex()]).toEqual([whole.crowd.selfDigest.hex(), whole.crowd.reactionDigest.hex()]);
  });

  it.each([7, 250, 30_000])('does not depend on how far a step goes (%i ms)', (stepMs) => {
    expect(sorted(new YesWorld(scenario).play(stepMs).trace)).toEqual(sorted(whole.trace));
  });

  it('has another trace for another seed, in either half', () => {
    const digestOf = (seed: string): string => new YesWorld(compiled(BUSY, { seed })).play(1000).crowd.selfDigest.hex();
    const digests = ['1', '2', String(2n ** 32n + 1n), String(2n ** 64n - 1n)].map(digestOf);
    expect(new Set(digests).size).toBe(4);
  });

  it('keeps the viewers of a source when another source is added', () => {
    const more = compiled({
      ...BUSY,
      audience: { ...BUSY.audience, paid: { kind: 'paid', from: '1m', to: '5m', size: 300 } },
    });
    const before = whole.trace.filter((one) => one.kind === INTENT.enter);
    const after = new YesWorld(more)
      .play(1000)
      .trace.filter((one) => one.kind === INTENT.enter && !one.viewer.startsWith('paid'));
    expect(sorted(after)).toEqual(sorted(before));
  });

  it('lets nobody act before entering or after leaving, and everybody leave once', () => {
    const enteredAt = new Map<string, number>();
    const left = new Set<string>();
    for (const { kind, viewer, dueMs } of whole.trace) {
      if (kind === INTENT.enter) enteredAt.set(viewer, dueMs);
      expect(enteredAt.get(viewer), viewer).toBeLessThanOrEqual(dueMs);
      expect(left.has(viewer), viewer).toBe(false);
      if (kind === INTENT.leave) left.add(viewer);
    }
    expect(whole.crowd.rows.present).toBe(enteredAt.size - left.size);
  });

  it('goes on from a warm start as if it had played from the beginning', () => {
    const atMs = 150_000; // between the call and the drop
    const { snapshot } = warmStart(scenario, atMs);
    const self = (world: YesWorld): string[] =>
      sorted(
        world.trace.filter(
          (one) => one.dueMs >= atMs && one.kind !== INTENT.view && one.kind < INTENT.view && one.arg >= 0,
        ),
      );
    const resumed = [0, 1, 2].flatMap((shard) => {
      const world = new YesWorld(scenario, shard, 3, atMs);
      world.crowd.restore(snapshot, () => undefined);
      for (let t = atMs; t < scenario.durationMs; t += 1000) world.crowd.step(t + 999);
      return self(world);
    });
    expect(resumed.sort()).toEqual(self(whole));
  });

  it('follows the golden trace', () => {
    const hash = createHash('sha256').update(sorted(whole.trace).join('\n')).digest('hex');
    expect({ intents: whole.trace.length, hash }).toMatchInlineSnapshot(`
      {
        "hash": "5ea7c8e33e914877c363ea37c36bdb20b44844002d9befc45892a5505a9174b9",
        "intents": 10152,
      }
    `);
  });

  it('makes no objects in a step once its rows are there', async () => {
    const steady = compiled({ ...BUSY, duration: '2h', audience: { browse: { kind: 'steady', rate: '200/s' } } });
    const crowd = new Crowd(steady, { intent: () => undefined }, { shard: 0, shards: 1, capacity: 65536 });
    // Until the compiler has seen it all.
    for (let t = 0; t < 1_000_000; t += 100) crowd.step(t);
    const before = crowd.selfDigest.count;
    const bytes = await allocatedBy(/sim.crowd/, () => {
      for (let t = 1_000_000; t < 1_500_000; t += 100) crowd.step(t);
    });
    const events = crowd.selfDigest.count - before;
    expect(events).toBeGreaterThan(200_000);
    // Code that V8 has not optimised yet boxes numbers, 16 bytes each. An object for each intent would be 64.
    expect(bytes / events).toBeLessThan(40);
  });
});

/** Bytes allocated by functions in files that match, collected ones too, by the sampling heap profiler. */
async function allocatedBy(files: RegExp, work: () => void): Promise<number> {
  const session = new Session();
  session.connect();
  const options = {
    samplingInterval: 256,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  };
  await session.post('HeapProfiler.startSampling', options);
  work();
  const { profile } = await session.post('HeapProfiler.stopSampling');
  session.disconnect();
  type Node = typeof profile.head;
  const sum = (node: Node): number =>
    (files.test(node.callFrame.url) ? node.selfSize : 0) +
    node.children.reduce((total, child) => total + sum(child), 0);
  return sum(profile.head);
}

describe('a purchase', () => {
  it('goes view, cart, checkout, pay, with the shares of the persona', () => {
    const count = (kind: number): number => whole.trace.filter((one) => one.kind === kind && one.arg2 === 0).length;
    const [views, carts, checkouts, pays] = [INTENT.view, INTENT.cart, INTENT.checkout, INTENT.pay].map(count);
    const fans = whole.trace.filter((one) => one.kind === INTENT.enter).length;
    expect(views).toBeGreaterThan(fans * 0.05);
    // Mostly fans: 70 %, 80 %, 90 %; guests 30 %, 60 %, 93 %.
    for (const [share, low, high] of [
      [carts / views, 0.55, 0.72],
      [checkouts / carts, 0.7, 0.86],
      [pays / checkouts, 0.84, 0.97],
    ]) {
      expect(share).toBeGreaterThan(low);
      expect(share).toBeLessThan(high);
    }
  });

  it('is tapped as often as the persona says', () => {
    const fans = compiled({
      ...BUSY,
      audience: { followers: { kind: 'push', size: 20_000, within: '1m', personas: { fan: 1 } } },
    });
    const { trace } = new YesWorld(fans).play(1000);
    const first = trace.filter((one) => one.kind === INTENT.view && one.arg2 === 0).length;
    const taps = trace.filter((one) => one.kind === INTENT.view).length;
    expect(first).toBeGreaterThan(3000);
    expect(taps / first).toBeGreaterThan(2.3);
    expect(taps / first).toBeLessThan(2.6);
  });
});
