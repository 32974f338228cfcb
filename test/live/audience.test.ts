import { describe, expect, it } from 'vitest';
import { audienceRig, FROM_MS } from '../run/audience-rig.ts';

const DELIVERED = 'chat_delivery';

describe('what should have reached a viewer who leaves in the middle', () => {
  it('is what the others saw: one whom the server muted lowers chat_delivery', async () => {
    const rig = await audienceRig();
    const [heard, muted] = [await rig.joins(0), await rig.joins(1)];
    rig.at(1000);
    for (let seq = 1; seq <= 10; seq++) heard.chat(seq);
    await heard.received();
    rig.at(1100);
    rig.at(4000);
    rig.audience.leave(1);
    expect(rig.taken().rates[DELIVERED]).toEqual([0, 10]);
    rig.audience.leave(0);
    expect(rig.taken().rates[DELIVERED]).toEqual([10, 10]);
    await muted.closed;
  });

  it.each([
    ['is not what was said under 2 s before: it may be on its way', 1800, [9, 9]],
    ['is what was said more than 2 s before', 2200, [9, 10]],
  ])('%s', async (_, staysMs, delivered) => {
    const rig = await audienceRig();
    const [heard, leaver] = [await rig.joins(0), await rig.joins(1)];
    rig.at(1000);
    for (let seq = 1; seq <= 9; seq++) for (const viewer of [heard, leaver]) viewer.chat(seq);
    await Promise.all([heard.received(), leaver.received()]);
    rig.at(2900);
    heard.chat(10);
    await heard.received();
    rig.at(3000);
    rig.at(3000 + staysMs);
    rig.audience.leave(1);
    expect(rig.taken().rates[DELIVERED]).toEqual(delivered);
  });

  it('begins with the message after the welcome', async () => {
    const rig = await audienceRig();
    const heard = await rig.joins(0);
    rig.at(1000);
    for (let seq = 1; seq <= 6; seq++) heard.chat(seq);
    await heard.received();
    const late = await rig.joins(1, { seq: 4 });
    late.chat(5);
    await late.received();
    rig.at(1100);
    rig.at(4000);
    rig.audience.leave(1);
    expect(rig.taken().rates[DELIVERED]).toEqual([1, 2]);
  });

  it('is counted as well when the server cuts the line, and once', async () => {
    const rig = await audienceRig();
    const [heard, muted] = [await rig.joins(0), await rig.joins(1)];
    rig.at(1000);
    for (let seq = 1; seq <= 5; seq++) heard.chat(seq);
    await heard.received();
    rig.at(1100);
    rig.at(4000);
    muted.cut();
    await rig.lost(1);
    rig.audience.leave(1);
    expect(rig.taken().rates[DELIVERED]).toEqual([0, 5]);
    expect(rig.audience.connected).toBe(1);
  });

  it('is nothing for a viewer whom the room never welcomed', async () => {
    const rig = await audienceRig();
    const heard = await rig.joins(0);
    rig.at(1000);
    heard.chat(1);
    await heard.received();
    rig.at(4000);
    rig.room.refuseNext();
    rig.audience.enter(1, FROM_MS, 0);
    await rig.lost(1);
    expect(rig.taken().rates[DELIVERED]).toBeUndefined();
  });

  it('is judged to the last message of the room for those who stay to the end', async () => {
    const rig = await audienceRig();
    const [heard, stays] = [await rig.joins(0), await rig.joins(1)];
    for (const seq of [1, 2, 3]) heard.chat(seq);
    stays.chat(1);
    await Promise.all([heard.received(), stays.received()]);
    rig.audience.close([5]);
    expect(rig.taken().rates[DELIVERED]).toEqual([4, 10]);
  });
});

describe('joins', () => {
  it('count a first one that needed another try as joined, and a later one as a reconnect', async () => {
    const rig = await audienceRig();
    rig.room.refuseNext();
    rig.audience.enter(0, FROM_MS, 0);
    await rig.lost(0);
    expect(rig.taken().counters).toEqual({ joins_failed: 1 });

    const viewer = await rig.joins(0, { attempt: 1 });
    expect(rig.taken().counters).toEqual({ viewers_joined: 1 });

    viewer.cut();
    await rig.lost(0);
    await rig.joins(0, { attempt: 1 });
    expect(rig.taken().counters).toEqual({ reconnects: 1 });
  });

  it('count another viewer in the same row as a new one', async () => {
    const rig = await audienceRig();
    await rig.joins(0);
    rig.audience.leave(0);
    rig.taken();
    await rig.joins(0);
    expect(rig.taken().counters).toEqual({ viewers_joined: 1 });
  });

  it('in the ramp count for nothing, and one who comes back after it is a reconnect', async () => {
    const rig = await audienceRig();
    rig.recorder.counting = false;
    const viewer = await rig.joins(0);
    expect(rig.taken().counters).toEqual({});
    rig.recorder.counting = true;
    viewer.cut();
    await rig.lost(0);
    await rig.joins(0, { attempt: 1 });
    expect(rig.taken().counters).toEqual({ reconnects: 1 });
  });
});

describe('lags', () => {
  const AHEAD_MS = 5000;

  it.each([
    ['chat', 'chat_lag'],
    ['cue', 'cue_lag'],
    ['stock', 'stock_lag'],
  ] as const)('of %s below zero count as 0, and the most negative is kept', async (what, metric) => {
    const rig = await audienceRig();
    const viewer = await rig.joins(0);
    viewer[what](1, AHEAD_MS);
    viewer[what](2, AHEAD_MS / 2);
    await viewer.received();
    const { metrics, leastLagMs } = rig.second();
    expect(metrics.trends[metric]).toMatchObject({ counts: [2], maxUs: 0 });
    expect(leastLagMs).toBeLessThan(-AHEAD_MS / 2);
    expect(leastLagMs).toBeGreaterThanOrEqual(-AHEAD_MS);
    // It stays said: a coordinator that lost one second has the next.
    expect(rig.second().leastLagMs).toBe(leastLagMs);
  });

  it('above zero are as they are, and say nothing of the clocks', async () => {
    const rig = await audienceRig();
    const viewer = await rig.joins(0);
    viewer.chat(1, -1000);
    await viewer.received();
    const { metrics, leastLagMs } = rig.second();
    expect(metrics.trends.chat_lag.minUs).toBeGreaterThanOrEqual(1_000_000);
    expect(leastLagMs).toBe(0);
  });
});
