import { expect } from 'vitest';
import { OUTCOME_CODES, type Payload, type RoomMessage, type RoomTarget } from '../../sim/targets/target.ts';

/** A whole number from 0 to below `n`; the same for the same seed. */
type Random = (n: number) => number;

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** What became of the frames of a fuzz: a good one has plenty of both. */
interface FuzzTally {
  emitted: number;
  thrown: number;
}

/** More messages than bytes is nonsense, whatever the protocol. */
const EXTRA_MESSAGES = 4;
/** Of one frame of a few hundred bytes; a loop that does not end takes for ever. */
const DECODE_AT_MOST_MS = 2000;

type Decoder = Pick<RoomTarget, 'decode' | 'wholeBytes'>;

/**
 * Feeds mutations of real frames to a decoder: it must emit well-formed messages or throw an Error, soon, and no more messages than there
 * are bytes. Frames of a stream go through `wholeBytes` as in a world, cut and merged anywhere. Fails the test with the seed of the round.
 */
export function fuzz(target: Decoder, frames: readonly Payload[], rounds = 3000, seed = 1): FuzzTally {
  const tally: FuzzTally = { emitted: 0, thrown: 0 };
  const sources = frames.map(bytesOf);
  for (let round = 0; round < rounds; round++) {
    const random = randomFrom(seed * 1_000_003 + round);
    const mutated = Array.from({ length: 1 + random(3) }, () => mutate(pick(sources, random), sources, random));
    try {
      if (target.wholeBytes) stream(target, target.wholeBytes, mutated, tally, random);
      else for (const [k, bytes] of mutated.entries()) decodeOne(target, like(frames[k % frames.length], bytes), tally);
    } catch (cause) {
      throw new Error(`round ${round} of seed ${seed}: ${mutated.map(hex).join(' ')}`, { cause });
    }
  }
  return tally;
}

/** The frames one behind the other, cut at other places, must say what they say one by one. */
export function cutAnywhere(target: Decoder, frames: readonly Payload[], rounds = 300): void {
  const { wholeBytes } = target;
  if (!wholeBytes) throw new Error('not the decoder of a stream');
  const whole = frames.flatMap((frame) => messagesOf(target, frame));
  const bytes = join(frames.map(bytesOf));
  for (let round = 0; round < rounds; round++) {
    const found: RoomMessage[] = [];
    const left = feed(wholeBytes, cut(bytes, randomFrom(round)), (unit) => found.push(...messagesOf(target, unit)));
    expect({ round, found, left: left.length }).toEqual({ round, found: whole, left: 0 });
  }
}

export function messagesOf(target: Pick<RoomTarget, 'decode'>, frame: Payload): RoomMessage[] {
  const messages: RoomMessage[] = [];
  target.decode(frame, (message) => messages.push(message));
  return messages;
}

function stream(
  target: Decoder,
  wholeBytes: (bytes: Uint8Array) => number,
  mutated: readonly Uint8Array[],
  tally: FuzzTally,
  random: Random,
): void {
  try {
    feed(wholeBytes, cut(join(mutated), random), (unit) => {
      if (!decodeOne(target, unit, tally)) throw new Closed('as the world does after a malformed frame');
    });
  } catch (error) {
    if (error instanceof Closed) return;
    if (!isOwnError(error)) throw error;
    tally.thrown++;
  }
}

class Closed extends Error {}

/** As a world does: what is not whole waits for more. Returns what is left. */
function feed(
  wholeBytes: (bytes: Uint8Array) => number,
  chunks: readonly Uint8Array[],
  take: (unit: Uint8Array) => void,
): Uint8Array {
  let waiting: Uint8Array = new Uint8Array(0);
  for (const chunk of chunks) {
    waiting = join([waiting, chunk]);
    const whole = wholeBytes(waiting);
    if (!Number.isInteger(whole) || whole < 0 || whole > waiting.length)
      throw new RangeError(`wholeBytes says ${whole} of ${waiting.length}`);
    if (whole > 0) take(waiting.slice(0, whole));
    waiting = waiting.slice(whole);
  }
  return waiting;
}

/** False when the decoder threw. */
function decodeOne(target: Decoder, frame: Payload, tally: FuzzTally): boolean {
  const messages: RoomMessage[] = [];
  const beganMs = performance.now();
  let threw = false;
  try {
    target.decode(frame, (message) => messages.push(message));
  } catch (error) {
    if (!isOwnError(error)) throw error;
    threw = true;
    tally.thrown++;
  }
  const tookMs = performance.now() - beganMs;
  if (tookMs > DECODE_AT_MOST_MS) throw new RangeError(`decoding took ${Math.round(tookMs)} ms`);
  if (messages.length > frame.length + EXTRA_MESSAGES)
    throw new RangeError(`${messages.length} messages of ${frame.length} bytes`);
  for (const message of messages) {
    const fault = faultOf(message);
    if (fault) throw new TypeError(`${fault}: ${JSON.stringify(message)}`);
  }
  tally.emitted += messages.length;
  return !threw;
}

/** Errors of the engine are faults in the decoder: it has gone where it should have looked first. */
function isOwnError(error: unknown): boolean {
  return error instanceof Error && ![TypeError, RangeError, ReferenceError].some((kind) => error instanceof kind);
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isCode: Check = (value) => OUTCOME_CODES.some((code) => code === value);
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Check = (value) => Number.isInteger(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const orMissing =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** What every message must be made of, whoever emits it. */
const SHAPES: Readonly<Record<RoomMessage['kind'], Readonly<Record<string, Check>>>> = {
  welcome: { seq: orNull(isCount), openCueIds: (value) => Array.isArray(value) && value.every(isText) },
  refused: { code: isCode, reason: isText },
  chat: { seq: orNull(isCount), publishedAtMs: orNull(isNumber), from: isText, text: orMissing(isText) },
  cue: { cueId: isText, publishedAtMs: orNull(isNumber) },
  announcement: { cueKind: isText, productId: orNull(isText), publishedAtMs: orNull(isNumber) },
  stock: { productId: isText, left: isNumber, publishedAtMs: orNull(isNumber) },
  count: { viewers: isNumber },
  likes: { total: isNumber },
  chat_ack: { ref: isCount, ok: (value) => typeof value === 'boolean', code: isCode },
  ask: { what: isText, data: orMissing(isText) },
  poll_again: { afterMs: (value) => isNumber(value) && Number(value) >= 0, cursor: isText },
};

/** What is wrong with a message; `null`: nothing. */
function faultOf(message: RoomMessage): string | null {
  const shape = SHAPES[message.kind];
  if (shape === undefined) return 'no such kind';
  const values = new Map(Object.entries(message));
  const wrong = Object.entries(shape).filter(([name, check]) => !check(values.get(name)));
  return wrong.length > 0 ? `wrong ${wrong.map(([name]) => name).join(', ')}` : null;
}

/** One to three things done to it. */
function mutate(source: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = source.slice();
  for (let times = random(4); times > 0; times--) bytes = MUTATIONS[random(MUTATIONS.length)](bytes, others, random);
  return bytes;
}

type Mutation = (bytes: Uint8Array, others: readonly Uint8Array[], random: Random) => Uint8Array;
const MUTATIONS: readonly Mutation[] = [
  /** Cut at the end, or at the beginning. */
  (bytes, _, random) => bytes.slice(0, random(bytes.length + 1)),
  (bytes, _, random) => bytes.slice(random(bytes.length + 1)),
  /** Merged with another frame. */
  (bytes, others, random) => join([bytes, pick(others, random)]),
  /** Spliced with another frame. */
  (bytes, others, random) => {
    const other = pick(others, random);
    return join([bytes.slice(0, random(bytes.length + 1)), other.slice(random(other.length + 1))]);
  },
  /** A bit, or a byte. */
  (bytes, _, random) => withByte(bytes, random, (byte) => byte ^ (1 << random(8))),
  (bytes, _, random) => withByte(bytes, random, () => random(256)),
  /** Numbers and lengths grow: digits of text, and bytes of a binary length. */
  (bytes, _, random) =>
    insert(
      bytes,
      random,
      Uint8Array.from({ length: 1 + random(20) }, () => 0x39),
    ),
  (bytes, _, random) => withByte(bytes, random, () => 0xff),
  (bytes, _, random) => insert(bytes, random, Uint8Array.of(0xff, 0xff, 0xff, 0x7f)),
  /** Some bytes that mean something, somewhere. */
  (bytes, _, random) => insert(bytes, random, new TextEncoder().encode(pick(TROUBLE, random))),
  (bytes, _, random) =>
    insert(
      bytes,
      random,
      Uint8Array.from({ length: random(9) }, () => random(256)),
    ),
  /** A stretch twice, or left out. */
  (bytes, _, random) => {
    const [from, to] = stretch(bytes, random);
    return join([bytes.slice(0, to), bytes.slice(from)]);
  },
  (bytes, _, random) => {
    const [from, to] = stretch(bytes, random);
    return join([bytes.slice(0, from), bytes.slice(to)]);
  },
];

const TROUBLE = [
  'null',
  '{}',
  '[]',
  '[[',
  '"',
  '\\u0000',
  '\r\n',
  '\n\n',
  '-1',
  '1e999',
  '__proto__',
  '\u{1f525}',
  ',',
  '}',
];

function stretch(bytes: Uint8Array, random: Random): [number, number] {
  const from = random(bytes.length + 1);
  return [from, from + random(bytes.length - from + 1)];
}

function withByte(bytes: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = random(bytes.length);
  bytes[at] = change(bytes[at]);
  return bytes;
}

function insert(bytes: Uint8Array, random: Random, what: Uint8Array): Uint8Array {
  const at = random(bytes.length + 1);
  return join([bytes.slice(0, at), what, bytes.slice(at)]);
}

function cut(bytes: Uint8Array, random: Random): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  const most = 1 + random(random(2) === 0 ? 4 : 200);
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random(most);
    chunks.push(bytes.slice(at, at + length));
    at += length;
  }
  return chunks;
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[random(list.length)];
}

/** As the frame was: text stays text, which a world checks to be UTF-8. */
function like(frame: Payload, bytes: Uint8Array): Payload {
  return typeof frame === 'string' ? new TextDecoder().decode(bytes) : bytes;
}

function bytesOf(frame: Payload): Uint8Array {
  return typeof frame === 'string' ? new TextEncoder().encode(frame) : frame;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
