import { lineOf, type Masked } from './mask.ts';

/** A match of a forbidden pattern. */
export interface Finding {
  readonly line: number;
  readonly text: string;
}

/**
 * What a pure room may not name: clocks, input and output, and functions whose last bit differs between JavaScript
 * engines (`Math.sqrt` is exact by IEEE 754). `Math` without a dot is refused too, so that nobody takes `log` out of it by another way.
 */
const IMPURE = [
  /(?<!\.)\b(?:Date|performance|process|console|globalThis|crypto|fetch|require|Intl|Buffer)\b/g,
  /(?<!\.)\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/g,
  /\bMath\s*\.\s*(?:random|log|log2|log10|log1p|exp|expm1|pow|cbrt|hypot)\b/g,
  /\bMath\s*\.\s*a?(?:sin|cos|tan)h?\b|\bMath\s*\.\s*atan2\b/g,
  /\bMath\b(?!\s*\.)/g,
  // Powers of two are exact everywhere, other powers are not.
  /(?<!\b2\s*)\*\*/g,
  /\.\s*(?:toLocale\w+|localeCompare)\b/g,
];

export function findImpure({ source, bare }: Masked): Finding[] {
  return findAll(source, bare, IMPURE);
}

// `delay: number`, `readonly holdTime?: number | null`, but not `delayMs` or `priceMinor`.
const WITHOUT_UNIT = [
  /\b(?:[a-z]\w*(?:Time|Delay|Duration|Timeout|Interval|Price|Amount)|time|delay|duration|timeout|price)\??:\s*number\b/g,
];

/** Numbers named like a time or an amount of money, without saying of what. */
export function findWithoutUnit({ source, bare }: Masked): Finding[] {
  return findAll(source, bare, WITHOUT_UNIT);
}

const FOCUSED = [/\b(?:describe|it|test|suite|bench)(?:\s*\.\s*\w+)*\s*\.\s*only\b/g, /\b(?:fit|fdescribe)\s*\(/g];

/** Tests that switch all others off. */
export function findFocused({ source, bare }: Masked): Finding[] {
  return findAll(source, bare, FOCUSED);
}

// One letter of each stands in brackets, so that this file does not find itself.
const LEFTOVERS = [/\b(?:TO[D]O|FIX[M]E|XX[X])\b/g];

/** Notes to oneself, comments included. Takes any text. */
export function findLeftovers(source: string): Finding[] {
  return findAll(source, source, LEFTOVERS);
}

const PRIVATE_PLACES = [
  /(?<![\w./])\/wor[k]\/\w+/g,
  /registry\.npm[j]s\.org|proxy\.go[l]ang\.org|deb\.deb[i]an\.org|\bpy[p]i\.org|static\.cra[t]es\.io/g,
];

/** Folders of the machine this was written on, and hosts of package registries. Takes any text. */
export function findPrivatePlaces(source: string): Finding[] {
  return findAll(source, source, PRIVATE_PLACES);
}

function findAll(source: string, text: string, patterns: readonly RegExp[]): Finding[] {
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({ line: lineOf(source, match.index), text: match[0].trim() })),
  );
}
