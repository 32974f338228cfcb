import { describe, expect, it } from 'vitest';
import type { ParsedFrame } from '../../sim/run/frame-cache.ts';
import { ReadMemory } from '../../sim/run/read-memory.ts';

interface Sent {
  readonly bytes: Buffer;
  readonly frame: ParsedFrame;
  readonly payloadBytes: number;
}

/** A frame of a server with these messages, as it is sent and as it is parsed. */
function sent(seqs: readonly number[], { turn = seqs[0], text = 'x' } = {}): Sent {
  const payload = Buffer.from(`${seqs.join(',')}${text}`);
  return {
    bytes: Buffer.concat([Buffer.from([0x81, payload.length]), payload]),
    frame: {
      messages: seqs.map((seq) => ({ kind: 'chat', seq, publishedAtMs: 1000 + seq, from: 'Ana', overtaken: false })),
      firstSeq: seqs[0],
      publishedAtMs: seqs.map((seq) => 1000 + seq),
      turn,
    },
    payloadBytes: payload.length,
  };
}

function read(memory: ReadMemory, frames: readonly Sent[], between = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.concat(frames.flatMap((one) => [one.bytes, between]));
  memory.begin();
  for (const { frame, payloadBytes } of frames) memory.add(frame, payloadBytes);
  memory.learn(bytes, 0, bytes.length);
  return bytes;
}

describe('what a room has read', () => {
  it('is known when the next viewer reads the same from the same message on', () => {
    const memory = new ReadMemory();
    const bytes = read(memory, [sent([5]), sent([6, 7])]);
    const before = Buffer.concat([Buffer.from('..'), bytes, Buffer.from('..')]);
    expect(memory.find(5, before, 2, 2 + bytes.length)).toMatchObject({
      firstSeq: 5,
      publishedAtMs: [1005, 1006, 1007],
      frames: 2,
      payloadBytes: bytes.length - 4,
      turn: 6,
    });
    expect(memory.find(4, bytes, 0, bytes.length)).toBeNull();
    expect(memory.find(5, bytes, 0, bytes.length - 1)).toBeNull();
    bytes[3] ^= 1;
    expect(memory.find(5, bytes, 0, bytes.length)).toBeNull();
  });

  it('is not known when there was more in it than chat in turn', () => {
    const ping = Buffer.from([0x89, 0]);
    for (const [frames, between] of [
      [[sent([5]), sent([6])], ping],
      [[sent([5]), sent([7])], undefined],
      [[sent([5]), sent([6], { turn: 0 })], undefined],
      [[{ ...sent([5]), frame: { ...sent([5]).frame, firstSeq: -1 } }], undefined],
    ] as const) {
      const memory = new ReadMemory();
      const bytes = read(memory, frames, between);
      expect(memory.find(5, bytes, 0, bytes.length)).toBeNull();
    }
  });

  it('is what came last; a viewer who is behind is read frame by frame', () => {
    const memory = new ReadMemory();
    const newer = read(memory, [sent([5])]);
    const older = read(memory, [sent([3])]);
    expect(memory.find(3, older, 0, older.length)).toBeNull();
    expect(memory.find(5, newer, 0, newer.length)).not.toBeNull();
  });

  it('is not kept of frames outside of a read that can be known', () => {
    const memory = new ReadMemory();
    const { bytes, frame, payloadBytes } = sent([5]);
    for (let i = 0; i < 100; i++) memory.add(frame, payloadBytes);
    memory.learn(bytes, 0, bytes.length);
    expect(memory.find(5, bytes, 0, bytes.length)).toBeNull();
    expect((memory as unknown as { frames: unknown[] }).frames).toEqual([]);
  });
});
