import { expect, it } from 'vitest';
import { Numbers } from '../../sim/ledger/numbers.ts';

function medianOf(values: readonly number[]): number {
  const numbers = new Numbers();
  for (const value of values) numbers.add(value);
  return numbers.median();
}

it('finds the median that sorting finds, of any order and of many that are equal', () => {
  const shapes: ((i: number) => number)[] = [
    (i) => i,
    (i) => -i,
    () => 7.5,
    (i) => i % 3,
    (i) => (i * 7919) % 1009,
    (i) => Math.abs(i - 300),
    (i) => (i % 2 === 0 ? Infinity : i),
  ];
  for (const shape of shapes) {
    for (const length of [1, 2, 3, 10, 257, 1000]) {
      const values = Array.from({ length }, (_, i) => shape(i));
      expect(medianOf(values)).toBe(values.toSorted((a, b) => a - b)[length >> 1]);
    }
  }
});

it('has 0 for none', () => {
  expect(medianOf([])).toBe(0);
});
