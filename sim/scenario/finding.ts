/** A problem before it has a place in a file: the path in parts, and whether the key or its value is to blame. */

import type { Problem } from '../errors.ts';
import type { Path } from './schema/walk.ts';

export interface Finding {
  readonly path: Path;
  /** `key` marks the key itself in files with lines; default the value. */
  readonly at?: 'key' | 'value';
  readonly message: string;
  readonly expected?: string;
  readonly hint?: string;
}

/** A place in a file, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where the key or value at a path stands; undefined for formats without lines. */
export type Locate = (path: Path, at: 'key' | 'value') => Place | undefined;

export function toProblem(finding: Finding, file: string, locate: Locate): Problem {
  const { path, at = 'value', message, expected, hint } = finding;
  return { file, path: formatPath(path), ...locate(path, at), message, expected, hint };
}

/** `show[2].product`, `thresholds["chat_lag{room:main}"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    if (!/^[A-Za-z0-9_$-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}

/** The other way: dots between parts, numbers as indices in brackets or between dots, odd keys in brackets and quotes. */
export function parsePath(text: string): (string | number)[] | undefined {
  const parts: (string | number)[] = [];
  const pattern = /\.?(?:\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]"{}]+(?:\{[^}]*\})?))/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, index, quoted, plain] = match;
    if (quoted !== undefined) parts.push(JSON.parse(`"${quoted}"`) as string);
    else if (index !== undefined) parts.push(Number(index));
    else parts.push(/^\d+$/.test(plain) ? Number(plain) : plain);
  }
  return parts.length === 0 ? undefined : parts;
}

/** A value as it may stand in a message: short, in one line. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
