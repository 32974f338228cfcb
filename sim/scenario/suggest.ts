/** Did-you-mean, for keys, names and enumerated values. */

import leven from 'leven';

/** `did you mean "x"?` for the nearest of the choices, or nothing when none is near. */
export function didYouMean(written: string, choices: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = (written.length > 1 ? Math.ceil(written.length / 3) : 0) + 1;
  for (const choice of choices) {
    const distance = leven(written.toLowerCase(), choice.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [choice, distance];
  }
  return best === undefined ? undefined : `did you mean "${best}"?`;
}
