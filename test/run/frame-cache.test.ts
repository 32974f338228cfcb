import { describe, expect, it } from 'vitest';
import { FrameCache } from '../../sim/run/frame-cache.ts';
import { createTarget } from '../../sim/targets/index.ts';
import type { RoomMessage } from '../../sim/targets/target.ts';

const cache = (): FrameCache =>
  new FrameCache(createTarget({ use: 'stub', baseUrl: 'http://127.0.0.1:1', adminToken: '' }));

/** A frame of its own, as each socket delivers it. */
const frame = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const chat = (seq: number, text = 'hello') => ({ t: 'chat', seq, at: 1000 + seq, from: 'Ana', text });

const seqs = (messages: readonly RoomMessage[]): number[] =>
  messages.flatMap((message) => (message.kind === 'chat' ? [message.seq] : []));

describe('a frame cache', () => {
  it('parses the bytes of a frame once, however many viewers get it', () => {
    const frames = cache();
    const first = frames.decode(frame(chat(1)));
    for (let viewer = 0; viewer < 50; viewer++) expect(frames.decode(frame(chat(1)))).toBe(first);
    expect(frames).toMatchObject({ parsed: 1, reused: 50 });
  });

  it('takes no frame for another of the same length', () => {
    const frames = cache();
    expect(seqs(frames.decode(frame(chat(1, 'yes'))))).toEqual([1]);
    expect(seqs(frames.decode(frame(chat(2, 'yes'))))).toEqual([2]);
    expect(seqs(frames.decode(frame(chat(2, 'you'))))).toEqual([2]);
    expect(frames).toMatchObject({ parsed: 3, reused: 0 });
  });

  it('keeps several: viewers of one worker are some frames apart', () => {
    const frames = cache();
    for (let seq = 1; seq <= 10; seq++) frames.decode(frame(chat(seq)));
    for (let seq = 10; seq >= 1; seq--) expect(seqs(frames.decode(frame(chat(seq))))).toEqual([seq]);
    expect(frames).toMatchObject({ parsed: 10, reused: 10 });
  });

  it('still reads a frame right that it has forgotten', () => {
    const frames = cache();
    for (let seq = 1; seq <= 100; seq++) frames.decode(frame(chat(seq)));
    expect(seqs(frames.decode(frame(chat(1))))).toEqual([1]);
    expect(frames).toMatchObject({ parsed: 101, reused: 0 });
  });

  it('reads a batch as its messages, and passes over kinds that it does not know', () => {
    const frames = cache();
    expect(seqs(frames.decode(frame({ t: 'batch', m: [chat(4), chat(5)] })))).toEqual([4, 5]);
    expect(frames.decode(frame({ t: 'confetti' }))).toEqual([]);
  });

  it.each(['', '{', 'null', '{"t":"batch"}', '\u0000'])('throws on %j, each time, and goes on', (text) => {
    const frames = cache();
    expect(() => frames.decode(Buffer.from(text))).toThrow();
    expect(() => frames.decode(Buffer.from(text))).toThrow();
    expect(seqs(frames.decode(frame(chat(7))))).toEqual([7]);
    expect(frames).toMatchObject({ parsed: 1, reused: 0 });
  });
});
