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
  const message: unknown = parseMarked(text);
  if (!isMessage(message)) throw new SyntaxError('This is no message of a shard');
  return message;
}

/** For `JSON.stringify` of what holds such messages. */
export function mark(_key: string, value: unknown): unknown {
  // Called for every number of every message, each second: numbers first.
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [NUMBER]: `${value}` };
  if (!ArrayBuffer.isView(value)) return value;
  for (const [name, Kind] of Object.entries(ARRAYS)) if (value instanceof Kind) return { [name]: Array.from(value) };
  return value;
}

/** What was written with `mark`. Throws SyntaxError as JSON.parse does. */
export function parseMarked(text: string): unknown {
  return unmark(JSON.parse(text));
}

/**
 * What `mark` wrote, from what JSON.parse made of it. Changes it in place, and visits no number: a reviver of JSON.parse would be called for each, which
 * costs k6 a second for the tables of a scenario.
 */
function unmark(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') value[i] = unmark(value[i]);
    return value;
  }
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (name === NUMBER) return Number(field);
    const Kind = ARRAYS[name as keyof typeof ARRAYS];
    if (Kind !== undefined && Array.isArray(field)) return Kind.from(field.map(unmark) as number[]);
    if (typeof field === 'object') fields[name] = unmark(field);
  }
  return value;
}

function isMessage(value: unknown): value is FromShard {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  return typeof value.type === 'string' && Object.hasOwn(TYPES, value.type);
}
