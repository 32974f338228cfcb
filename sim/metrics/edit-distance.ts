/** "Did you mean": how far one name is from another, and the nearest of a list. */

/**
 * Fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment).
 * Takes a.length * b.length steps; for names, not for texts.
 */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const cost = new Uint32Array((a.length + 1) * width);
  for (let i = 0; i <= a.length; i++) cost[i * width] = i;
  for (let j = 0; j <= b.length; j++) cost[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const at = i * width + j;
      const replaced = cost[at - width - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      cost[at] = Math.min(replaced, cost[at - 1] + 1, cost[at - width] + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost[at] = Math.min(cost[at], cost[at - 2 * width - 2] + 1);
    }
  }
  return cost[cost.length - 1];
}

/** The candidate nearest to `word`; null when even that one differs in more than 2 letters and a third of them. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate);
    const allowed = Math.max(2, Math.floor(Math.max(word.length, candidate.length) / 3));
    if (distance > allowed || distance >= Math.min(bestDistance, candidate.length)) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** `did you mean "chat_lag"?`, or undefined when nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const candidate = nearest(word, candidates);
  return candidate === null ? undefined : `did you mean "${candidate}"?`;
}
