/** Frames of a server, built by hand, right and wrong; and the seeded luck that mixes them. */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

interface Shape {
  readonly fin?: boolean;
  /** Bits 0x40, 0x20, 0x10 of the first byte. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** Bytes of the length field: 0, 2 or 8; more than needed is allowed by most, and by ws. */
  readonly lengthBytes?: 0 | 2 | 8;
  /** What the header says when it lies about the length. */
  readonly announced?: bigint;
}

export function frame(opcode: number, payload: Buffer | string = '', shape: Shape = {}): Buffer {
  const { fin = true, reserved = 0, masked = false } = shape;
  const bytes = Buffer.from(payload);
  const length = shape.announced ?? BigInt(bytes.length);
  const lengthBytes = shape.lengthBytes ?? (length < 126n ? 0 : length < 65536n ? 2 : 8);
  const header = Buffer.alloc(2 + lengthBytes);
  header[0] = (fin ? 0x80 : 0) | reserved | opcode;
  header[1] = (masked ? 0x80 : 0) | (lengthBytes === 0 ? Number(length) : lengthBytes === 2 ? 126 : 127);
  if (lengthBytes === 2) header.writeUInt16BE(Number(length), 2);
  if (lengthBytes === 8) header.writeBigUInt64BE(length, 2);
  return Buffer.concat([header, masked ? Buffer.alloc(4) : Buffer.alloc(0), bytes]);
}

export function closeFrame(code: number, reason: Buffer | string = ''): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(OPCODE.close, Buffer.concat([payload, Buffer.from(reason)]));
}

export const NOT_UTF8 = Buffer.from([0x61, 0xc3, 0x28]);

/** Seeded: whole numbers from 0 to below `limit` (mulberry32). */
export function luck(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const LENGTHS = [0, 1, 2, 3, 30, 124, 125, 126, 127, 128, 300, 65_535, 65_536, 65_537];

/** A stream of frames as a server might send it. One in twelve frames breaks a rule; some streams end too early. */
export function randomStream(below: (limit: number) => number): Buffer {
  const frames: Buffer[] = [];
  const count = 1 + below(14);
  let isFragmented = false;
  for (let i = 0; i < count; i++) {
    const kind = below(24);
    if (kind < 2) frames.push(malformed(below));
    else if (kind < 7) frames.push(control(below));
    else {
      const fin = below(3) > 0;
      const opcode = isFragmented ? OPCODE.continuation : 1 + below(2);
      const lengthBytes = below(20) === 0 ? 8 : undefined;
      frames.push(frame(opcode, payload(below), { fin, lengthBytes }));
      isFragmented = !fin;
    }
  }
  const all = Buffer.concat(frames);
  return below(4) === 0 ? all.subarray(0, below(all.length + 1)) : all;
}

/** Random places to cut at, so that reads are short, long, or of a single byte. */
export function randomCuts(bytes: number, below: (limit: number) => number): number[] {
  const longest = [1, 3, 60, 1000, 40_000, 200_000][below(6)];
  // Single bytes of a long stream would take all day.
  const most = bytes > 20_000 ? Math.max(longest, 500) : longest;
  const ends: number[] = [];
  for (let at = 0; at < bytes;) {
    at = Math.min(bytes, at + 1 + below(most));
    ends.push(at);
  }
  return ends;
}

function payload(below: (limit: number) => number): Buffer {
  // Long ones are slow to make, and say no more than a few.
  const length = LENGTHS[below(below(6) === 0 ? LENGTHS.length : LENGTHS.length - 3)];
  const text = Buffer.alloc(length, ['a', 'ä', '€', '😀'][below(4)]);
  return below(12) === 0 ? Buffer.concat([text, NOT_UTF8]) : text;
}

function control(below: (limit: number) => number): Buffer {
  const kind = below(9);
  if (kind < 4) return frame(OPCODE.ping, Buffer.alloc(below(126), 'p'));
  if (kind < 8) return frame(OPCODE.pong, Buffer.alloc(below(126), 'q'));
  return below(3) === 0 ? frame(OPCODE.close) : closeFrame([1000, 1001, 1011, 3000, 4999][below(5)], 'bye ä');
}

function malformed(below: (limit: number) => number): Buffer {
  const text = payload(below);
  const wrong = [
    () => frame(OPCODE.text, text, { reserved: [0x40, 0x20, 0x10][below(3)] }),
    () => frame(OPCODE.ping, 'p', { reserved: 0x40 }),
    () => frame([3, 4, 5, 6, 7, 11, 12, 13, 14, 15][below(10)], text),
    () => frame(1 + below(2), text, { masked: true }),
    () => frame(8 + below(3), 'abc', { fin: false }),
    () => frame(8 + below(3), Buffer.alloc(126 + below(3))),
    () => frame(OPCODE.close, 'x'),
    () => closeFrame([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535][below(10)]),
    () => closeFrame(1000, NOT_UTF8),
    () => frame(OPCODE.continuation, text),
    () => frame(OPCODE.text, text),
    () =>
      frame(OPCODE.binary, '', { announced: [100_001n, 1n << 32n, (1n << 53n) - 1n, 1n << 53n, 1n << 63n][below(5)] }),
    () => Buffer.from(Array.from({ length: 1 + below(40) }, () => below(256))),
  ];
  return wrong[below(wrong.length)]();
}
