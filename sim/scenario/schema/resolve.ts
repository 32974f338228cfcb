/** Whether a path leads somewhere: to something written, or to a key that the schema knows and a default stands for. */

import type { z } from 'zod';
import { didYouMean } from '../suggest.ts';
import { hasFreeKeys, hasInside, isRecord, knownKeys, ownValue, valueAt } from './walk.ts';
import type { Path } from './walk.ts';

/** The first part of the path that leads nowhere. */
export interface DeadEnd {
  /** Up to and with the part that is wrong. */
  readonly path: Path;
  readonly expected?: string;
  readonly hint?: string;
}

/** Undefined when the path leads somewhere. */
export function resolvePath(schema: z.ZodType, raw: unknown, path: Path): DeadEnd | undefined {
  for (let i = 0; i < path.length; i += 1) {
    const deadEnd = step(schema, raw, path.slice(0, i), path[i]);
    if (deadEnd !== undefined) return deadEnd;
  }
  return undefined;
}

function step(schema: z.ZodType, raw: unknown, base: Path, key: string | number): DeadEnd | undefined {
  const container = valueAt(raw, base);
  const path = [...base, key];
  if (ownValue(container, key) !== undefined) return undefined;
  if (Array.isArray(container))
    return {
      path,
      expected: container.length === 0 ? 'nothing: the list is empty' : `an index from 0 to ${container.length - 1}`,
    };
  const isOpen = container === undefined ? hasInside(schema, raw, base) : isRecord(container);
  if (!isOpen) return { path, expected: `the path to end at ${String(base.at(-1))}, a plain value` };
  const known = (knownKeys(schema, raw, base) ?? []).filter((each) => each !== '$schema');
  if (known.includes(String(key)) || hasFreeKeys(schema, raw, base)) return undefined;
  const choices = [...new Set([...known, ...(isRecord(container) ? Object.keys(container) : [])])];
  return {
    path,
    expected: choices.length === 0 ? undefined : `one of ${choices.join(', ')}`,
    hint: didYouMean(String(key), choices),
  };
}
