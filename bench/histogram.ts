/**
 * Our histogram's record() beside recordValue() of hdr-histogram-js, on the same values: `npx tsx bench/histogram.ts`.
 * The rounds alternate, so that a busy machine slows both alike; the figure is the median.
 */

import { build } from 'hdr-histogram-js';
import { Histogram } from '../sim/metrics/histogram.ts';

const ROUNDS = 21;
const VALUES = 1_000_000;

/** Times in ms, lognormal-like: median 20 ms, a long tail. Seeded, so every run measures the same. */
function latenciesMs(): Float64Array {
  let state = 1;
  const uniform = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  return Float64Array.from({ length: VALUES }, () => 20 * Math.exp(2 * (uniform() + uniform() + uniform() - 1.5)));
}

function nsPerCall(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / VALUES;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const valuesMs = latenciesMs();
const ours = new Histogram();
const hdr = build({ lowestDiscernibleValue: 1, highestTrackableValue: 2 ** 32, numberOfSignificantValueDigits: 3 });

// Both get ms with fractions, as the load generator has them; hdr-histogram-js wants integers.
const candidates = {
  'flashcrowd record': () => {
    for (let i = 0; i < VALUES; i++) ours.record(valuesMs[i]);
  },
  'hdr-histogram-js recordValue': () => {
    for (let i = 0; i < VALUES; i++) hdr.recordValue(Math.round(valuesMs[i] * 1000));
  },
};

const timesNs = Object.keys(candidates).map(() => [] as number[]);
// The first rounds only warm up the compiler.
for (let round = -3; round < ROUNDS; round++) {
  Object.values(candidates).forEach((work, i) => {
    const ns = nsPerCall(work);
    if (round >= 0) timesNs[i].push(ns);
  });
}

const [oursNs, hdrNs] = timesNs.map(median);
console.log(`${VALUES.toLocaleString('en')} values a round, median of ${ROUNDS} rounds, Node ${process.version}\n`);
Object.keys(candidates).forEach((name, i) => {
  const ns = median(timesNs[i]);
  console.log(
    `${name.padEnd(30)} ${ns.toFixed(1).padStart(7)} ns/value ${(1000 / ns).toFixed(0).padStart(6)} M values/s`,
  );
});
console.log(`\nratio: hdr-histogram-js takes ${(hdrNs / oursNs).toFixed(2)} times as long`);
console.log(`p99: ${ours.quantile(0.99).toFixed(3)} ms and ${(hdr.getValueAtPercentile(99) / 1000).toFixed(3)} ms`);
