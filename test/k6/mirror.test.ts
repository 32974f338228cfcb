import { describe, expect, it } from 'vitest';
import { k6Metrics, Mirror } from '../../sim/k6/script/mirror.ts';
import type { MetricName } from '../../sim/metrics/registry.ts';
import { compiled } from '../crowd/help.ts';

const SCENARIO = compiled({
  name: 'mirrored',
  duration: '10m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 10 } },
  show: [{ at: '2m', cue: 'drop', product: 'mug' }],
});
const BEFORE = { room: 0, persona: 0, product: -1, atMs: 60_000 };
const IN_DROP = { room: 0, persona: 0, product: 0, atMs: 121_000 };

function mirrored(watch: readonly string[] = []) {
  const k6 = k6Metrics();
  const mirror = new Mirror(SCENARIO, watch, k6, 3);
  const told = (name: MetricName) =>
    (k6.get(name) as unknown as { told: { value: number | boolean; tags: Record<string, string> }[] }).told;
  return { mirror, told };
}

describe('what k6 is told', () => {
  it('has the sum of a counter, once a second, by its tags', () => {
    const { mirror, told } = mirrored();
    for (let i = 0; i < 5; i++) mirror.set.counter('chat_received').add(10, BEFORE);
    mirror.set.counter('chat_received').add(1, IN_DROP);
    expect(told('chat_received')).toEqual([]);
    mirror.flush(false);
    expect(told('chat_received')).toEqual([
      { value: 50, tags: { room: 'main', persona: 'guest' } },
      { value: 1, tags: { room: 'main', persona: 'guest', product: 'mug' } },
    ]);
    mirror.flush(true);
    expect(told('chat_received')).toHaveLength(2);
  });

  it('has a tag for each window that a threshold asks for', () => {
    const { mirror, told } = mirrored(['chat_lag{during:drop:mug}']);
    mirror.set.trend('chat_lag').record(5, BEFORE);
    mirror.set.trend('chat_lag').record(7, IN_DROP);
    expect(told('chat_lag').map(({ tags }) => tags.during_drop_mug)).toEqual([undefined, 'yes']);
  });

  it('has every value of a quiet trend, and some hundred a second of a busy one, spread over it', () => {
    const { mirror, told } = mirrored();
    for (let second = 0; second < 4; second++) {
      for (let i = 0; i < 10_000; i++) mirror.set.trend('chat_lag').record(i, BEFORE);
      mirror.flush(false);
    }
    const values = told('chat_lag').map(({ value }) => Number(value));
    expect(values.length).toBeLessThan(4 * 400 + 2000);
    expect(values.length).toBeGreaterThan(4 * 100);
    const late = values.slice(-190);
    expect(Math.max(...late)).toBeGreaterThan(9000);
    expect(Math.min(...late)).toBeLessThan(1000);
    // The figures of the report are exact all the same.
    expect(mirror.set.takeDelta().trends.chat_lag.counts.reduce((sum, count) => sum + count, 0)).toBe(40_000);
    for (let i = 0; i < 50; i++) mirror.set.trend('cue_lag').record(i, BEFORE);
    expect(told('cue_lag')).toHaveLength(50);
  });

  it('has a sample of a rate for every hundred, over all seconds together', () => {
    const { mirror, told } = mirrored();
    for (let i = 0; i < 50; i++) {
      // One of 5,000 is missing, in each of 50 visits: a rate of .9998.
      mirror.set.rate('chat_delivery').add(4999, 5000, BEFORE);
      mirror.flush(i === 49);
    }
    const failed = told('chat_delivery').filter(({ value }) => value === false).length;
    expect(told('chat_delivery')).toHaveLength(2500);
    expect(failed).toBe(1);
  });

  it('never loses a failure, however small its share', () => {
    const { mirror, told } = mirrored();
    mirror.set.rate('chat_delivery').add(99_999, 100_000, BEFORE);
    mirror.flush(false);
    mirror.flush(true);
    expect(told('chat_delivery').filter(({ value }) => value === false)).toHaveLength(1);
  });
});
