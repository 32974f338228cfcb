/** JSONPath (RFC 9535), compiled once. A path to one place, as most are, needs no engine. */

import { compile, type JSONPathQuery, type JSONValue } from 'json-p3';

type Step = string | number;

const PLAIN = /^\$(?:\.[A-Za-z_]\w*|\[\d+\]|\['[^'\\]*'\]|\["[^"\\]*"\])*$/;
const STEP = /\.([A-Za-z_]\w*)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g;

/** The first match, or undefined. Throws Error for a text that is no JSONPath. */
export function pathOf(text: string): (value: unknown) => unknown {
  const steps = plainSteps(text);
  if (steps !== null) return getter(steps);
  const query = queryOf(text);
  return (value) => {
    if (value === undefined) return undefined;
    for (const node of query.lazyQuery(value as JSONValue)) return node.value;
    return undefined;
  };
}

/** All matches. Throws Error for a text that is no JSONPath. */
export function allOf(text: string): (value: unknown) => readonly unknown[] {
  const base = text.endsWith('[*]') ? plainSteps(text.slice(0, -3)) : null;
  if (base !== null) {
    const get = getter(base);
    return (value) => membersOf(get(value));
  }
  const query = queryOf(text);
  return (value) => (value === undefined ? [] : query.query(value as JSONValue).values());
}

function membersOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function plainSteps(text: string): Step[] | null {
  if (!PLAIN.test(text)) return null;
  return [...text.matchAll(STEP)].map(([, name, index, single, double]) =>
    index === undefined ? (name ?? single ?? double) : Number(index),
  );
}

function getter(steps: readonly Step[]): (value: unknown) => unknown {
  return (value) => {
    let found = value;
    for (const step of steps) {
      if (typeof found !== 'object' || found === null) return undefined;
      if (Array.isArray(found) !== (typeof step === 'number') || !Object.hasOwn(found, step)) return undefined;
      found = (found as Record<Step, unknown>)[step];
    }
    return found;
  };
}

function queryOf(text: string): JSONPathQuery {
  try {
    return compile(text);
  } catch (error) {
    const dash = /\.\w+-/.test(text) ? `; a name with a dash stands in brackets: $['first-name']` : '';
    throw new Error(`"${text}" is no JSONPath: ${(error as Error).message}${dash}`, { cause: error });
  }
}
