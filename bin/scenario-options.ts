/** Options that commands about scenarios have in common. */

import { InvalidArgumentError } from 'commander';
import { seed } from '../sim/scenario/schema/scalars.ts';

/** Collects `--set path=value`, which may be given many times. */
export function collectSet(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/**
 * `--scale`: more than 0, at most 100.
 *
 * @throws InvalidArgumentError, which commander turns into a usage error that names the option
 */
export function scaleFactor(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 100) return value;
  throw new InvalidArgumentError('Expected a number above 0 and at most 100, such as 0.25.');
}

/** `--seed`: the decimal digits of a 64-bit unsigned integer. Throws as `scaleFactor` does. */
export function seedText(text: string): string {
  const parsed = seed.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Expected a whole number from 0 to 18446744073709551615.');
}
