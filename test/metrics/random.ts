/** Seeded numbers for tests: xorshift32, good enough to spread values, and the same in every run. */

export function uniform(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function draws(n: number, seed: number, value: (u: () => number) => number): number[] {
  const u = uniform(seed);
  return Array.from({ length: n }, () => value(u));
}
