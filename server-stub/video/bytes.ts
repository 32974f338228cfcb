import { LADDER, SEGMENT_MS } from './ladder.ts';

const LARGEST_BYTES = (Math.max(...LADDER.map(({ bitsPerSec }) => bitsPerSec)) / 8000) * SEGMENT_MS;
const PACKET_BYTES = 188;
const SYNC_BYTE = 0x47;

let pool: Buffer | null = null;

/** So many bytes that no network can compress, always the same: cut from one buffer, not copied. At most those of the largest segment. */
export function syntheticBytes(bytes: number): Buffer {
  return (pool ??= makePool()).subarray(0, bytes);
}

/** It looks like a transport stream of null packets (PID 0x1fff) to whoever peeks, and plays as nothing. */
function makePool(): Buffer {
  const buffer = Buffer.alloc(LARGEST_BYTES);
  let state = 1;
  for (let i = 0; i + 4 <= buffer.length; i += 4) {
    // xorshift32 (Marsaglia, 2003).
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    buffer.writeInt32LE(state, i);
  }
  for (let i = 0; i + PACKET_BYTES <= buffer.length; i += PACKET_BYTES) buffer.set([SYNC_BYTE, 0x1f, 0xff, 0x10], i);
  return buffer;
}
