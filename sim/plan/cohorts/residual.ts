import { BIN_MS, type Bins } from '../bins.ts';
import type { Population } from './populations.ts';

/** Seconds after the moment at which the share that is still there is computed; in between it is a straight line. */
const AT_SEC = [
  0, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096,
];
/** Arrivals further back are taken together in ever wider groups, each this much wider than its distance. */
const GROUP = 0.08;

/** Of those expected to be there at a moment, the share that still is some ms later. */
export type Residual = (laterMs: number) => number;

/** Of several populations together, at `atMs` of event time. */
export function residualAt(populations: readonly Population[], bins: Bins, atMs: number): Residual {
  const there = new Float64Array(AT_SEC.length);
  for (const population of populations) addPresent(there, AT_SEC, population, (atMs - bins.originMs) / BIN_MS);
  const now = there[0];
  if (!(now > 0)) return () => 1;
  return (laterMs) => {
    const sec = Math.max(0, laterMs / 1000);
    let i = 0;
    while (i < AT_SEC.length - 2 && AT_SEC[i + 1] <= sec) i++;
    const share = Math.min(1, (sec - AT_SEC[i]) / (AT_SEC[i + 1] - AT_SEC[i]));
    return (there[i] + share * (there[i + 1] - there[i])) / now;
  };
}

/** Of those expected at one moment, the share that is there at a later one. */
export function stillThere(populations: readonly Population[], bins: Bins, fromMs: number, toMs: number): number {
  const there = new Float64Array(2);
  const laterSec = [0, (toMs - fromMs) / BIN_MS];
  for (const population of populations) addPresent(there, laterSec, population, (fromMs - bins.originMs) / BIN_MS);
  return there[0] > 0 ? there[1] / there[0] : 0;
}

/** Viewers expected at a moment. */
export function expectedAt(population: Population, bins: Bins, atMs: number): number {
  const there = new Float64Array(1);
  addPresent(there, [0], population, (atMs - bins.originMs) / BIN_MS);
  return there[0];
}

/** Adds those who had come by `at` (in bins) and are there so many seconds later. */
function addPresent(
  into: Float64Array,
  laterSec: readonly number[],
  { arrivals, stay: { upTo } }: Population,
  at: number,
): void {
  for (let until = Math.min(at, arrivals.length); until > 0;) {
    const from = Math.max(0, Math.ceil(until - 1 - GROUP * (at - until)));
    let came = 0;
    for (let bin = from; bin < until; bin++) came += arrivals[bin] * Math.min(1, until - bin);
    if (came > 0)
      for (let k = 0; k < into.length; k++) {
        const age = at - until + laterSec[k];
        into[k] += (came / (until - from)) * (upToAt(upTo, age + until - from) - upToAt(upTo, age));
      }
    until = from;
  }
}

function upToAt(upTo: Float64Array, age: number): number {
  const last = upTo.length - 1;
  if (age >= last) return upTo[last];
  const i = Math.floor(age);
  return upTo[i] + (upTo[i + 1] - upTo[i]) * (age - i);
}
