import { InvalidArgumentError } from 'commander';

/**
 * A parser of whole numbers for commander's options.
 *
 * @throws InvalidArgumentError, which commander turns into a usage error that names the option
 */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}
