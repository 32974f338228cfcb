import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../sim/metrics/edit-distance.ts';
import { METRIC_NAMES } from '../../sim/metrics/registry.ts';

describe('edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['chat_lag', 'caht_lag', 1],
    ['orders', 'order', 1],
    ['flaw', 'lawn', 2],
  ])('from "%s" to "%s" is %d, both ways', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  it('finds the nearest name, and none when all are far', () => {
    expect(nearest('chatlag', METRIC_NAMES)).toBe('chat_lag');
    expect(nearest('checkout_time', ['checkout_duration', 'orders'])).toBe(null);
    expect(nearest('latency', METRIC_NAMES)).toBe(null);
    expect(nearest('x', ['ab', 'c'])).toBe(null);
    expect(didYouMean('oder', METRIC_NAMES)).toBe('did you mean "orders"?');
    expect(didYouMean('zzzzzz', METRIC_NAMES)).toBe(undefined);
  });
});
