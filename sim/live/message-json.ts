import type { FromShard } from './messages.ts';

/**
 * What a shard says, as a line of JSON: in recordings, and out of engines that have no structured clone. JSON has neither typed arrays
 * nor NaN, so they are marked: `{"$f64":[1,2]}` and `{"$n":"NaN"}`. No key of a message begins with `$`.
 */

const ARRAYS = {
  $f64: Float64Array,
  $i32: Int32Array,
  $u16: Uint16Array,
} as const;
const NUMBER = '$n';

const TYPES: Readonly<Record<FromShard['type'], true>> = {
  ramp: true,
  ready: true,
  second: true,
  drained: true,
  done: true,
  note: true,
};

/** One line, without its end. */
export function encodeMessage(message: FromShard): string {
  return JSON.stringify(message, mark);
}

/** Throws SyntaxError for what `encodeMessage` did not write. */
export function decodeMessage(text: string): FromShard {
  const message: unknown = JSON.parse(text, unmark);
  if (!isMessage(message)) throw new SyntaxError('This is no message of a shard');
  return message;
}

/** For `JSON.stringify` of what holds such messages. */
export function mark(_key: string, value: unknown): unknown {
  for (const [name, Kind] of Object.entries(ARRAYS)) if (value instanceof Kind) return { [name]: Array.from(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) return { [NUMBER]: `${value}` };
  return value;
}

/** For `JSON.parse`: the way back. */
export function unmark(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const [name, Kind] of Object.entries(ARRAYS)) {
    const list: unknown = (value as Readonly<Record<string, unknown>>)[name];
    if (Array.isArray(list)) return Kind.from(list as number[]);
  }
  if (NUMBER in value) return Number(value[NUMBER]);
  return value;
}

function isMessage(value: unknown): value is FromShard {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return typeof value.type === 'string' && Object.hasOwn(TYPES, value.type);
}
