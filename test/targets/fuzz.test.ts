import { describe, expect, it } from 'vitest';
import type { RoomTarget } from '../../sim/targets/target.ts';
import { cutAnywhere, fuzz } from './fuzz.ts';

/** Reads letters: every `a` is a count. */
const letters: Pick<RoomTarget, 'decode'> = {
  decode: (frame, emit) => {
    for (const letter of String(frame)) if (letter === 'a') emit({ kind: 'count', viewers: 1 });
    if (String(frame).includes('z')) throw new Error('malformed');
  },
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const ofBytes: RoomTarget['decode'] = (frame, emit) =>
  letters.decode(new TextDecoder().decode(frame as Uint8Array), emit);

describe('the fuzz', () => {
  it('counts what a decoder emits and what it throws, the same for the same seed', () => {
    const tally = fuzz(letters, ['aaa', 'zzz'], 500);
    expect(tally.emitted).toBeGreaterThan(100);
    expect(tally.thrown).toBeGreaterThan(100);
    expect(fuzz(letters, ['aaa', 'zzz'], 500)).toEqual(tally);
    expect(fuzz(letters, ['aaa', 'zzz'], 500, 2)).not.toEqual(tally);
  });

  it.each<[string, RoomTarget['decode']]>([
    [
      'a message without a part',
      (_, emit) => emit({ kind: 'stock', productId: 'mug', left: NaN, publishedAtMs: null }),
    ],
    ['a kind that there is not', (_, emit) => emit({ kind: 'hello' } as never)],
    [
      'more messages than bytes',
      (_, emit) => {
        for (let k = 0; k < 1000; k++) emit({ kind: 'count', viewers: k });
      },
    ],
    ['a fault of its own', (frame) => void (frame as unknown as { no: { such: string } }).no.such],
  ])('finds %s, and says in which round', (_, decode) => {
    expect(() => fuzz({ decode }, ['aaa'], 50)).toThrow(/^round \d+ of seed 1: /);
  });

  it('finds a stream that says that more is whole than there is', () => {
    const wholeBytes = (chunk: Uint8Array): number => chunk.length + 1;
    expect(() => fuzz({ decode: ofBytes, wholeBytes }, [bytes('aaa')], 50)).toThrow(/^round/);
  });

  it('finds a stream that loses what is cut', () => {
    const wholeBytes = (chunk: Uint8Array): number => chunk.length;
    const pairs: RoomTarget['decode'] = (frame, emit) => {
      for (const _ of new TextDecoder().decode(frame as Uint8Array).matchAll(/ab/g))
        emit({ kind: 'count', viewers: 1 });
    };
    expect(() => cutAnywhere({ decode: pairs, wholeBytes }, [bytes('abababab')])).toThrow(/round/);
    expect(() => cutAnywhere({ decode: ofBytes, wholeBytes }, [bytes('abababab')])).not.toThrow();
  });
});
