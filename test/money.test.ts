import { describe, expect, it } from 'vitest';
import { formatAmount, minorDigits } from '../sim/money.ts';

describe('an amount in the minor unit', () => {
  it.each([
    ['EUR', 156_600, '1,566.00'],
    ['EUR', 5, '0.05'],
    ['JPY', 1200, '1,200'],
    ['KWD', 12_345, '12.345'],
    ['EUR', -150, '-1.50'],
  ])('of %s: %i is %s', (currency, minor, words) => {
    expect(formatAmount(minor, currency)).toBe(words);
  });

  it('of something that is no currency has two decimals', () => {
    expect(minorDigits('gold')).toBe(2);
    expect(formatAmount(500, 'gold')).toBe('5.00');
  });
});
