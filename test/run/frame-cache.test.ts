import { describe, expect, it } from 'vitest';
import { FrameCache, type ParsedFrame } from '../../sim/run/frame-cache.ts';
import type { HeardMessage } from '../../sim/live/decoder.ts';
import { Numbering } from '../../sim/live/numbering.ts';
import { stubAt } from './stub-target.ts';

const cache = (): FrameCache => new FrameCache(stubAt('http://127.0.0.1:1').room!, new Numbering('test'));

/** As the socket's read buffer holds it: with other bytes around it. `after`: the turn of the viewer's last frame. */
function read(frames: FrameCache, bytes: Buffer, after = 0, alone = false): ParsedFrame | null {
  const buffer = Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]);
  const frame = frames.read(buffer, 6, 6 + bytes.length, false, after, alone);
  if (frame === 'cut') throw new Error('the stub does not cut its frames');
  return frame;
}
const decode = (frames: FrameCache, bytes: Buffer): readonly HeardMessage[] => read(frames, bytes)!.messages;

/** A frame of its own, as each socket delivers it. */
const frame = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const chat = (seq: number, text = 'hello') => ({ t: 'chat', seq, at: 1000 + seq, from: 'Ana', text });

const seqs = (messages: readonly HeardMessage[]): number[] =>
  messages.flatMap((message) => (message.kind === 'chat' && message.seq !== null ? [message.seq] : []));

describe('a frame cache', () => {
  it('parses the bytes of a frame once, however many viewers get it', () => {
    const frames = cache();
    const first = decode(frames, frame(chat(1)));
    for (let viewer = 0; viewer < 50; viewer++) expect(decode(frames, frame(chat(1)))).toBe(first);
    expect(frames).toMatchObject({ parsed: 1, reused: 50 });
  });

  it('takes no frame for another of the same length', () => {
    const frames = cache();
    expect(seqs(decode(frames, frame(chat(1, 'yes'))))).toEqual([1]);
    expect(seqs(decode(frames, frame(chat(2, 'yes'))))).toEqual([2]);
    expect(seqs(decode(frames, frame(chat(2, 'you'))))).toEqual([2]);
    expect(frames).toMatchObject({ parsed: 3, reused: 0 });
  });

  it('keeps several: viewers of one worker are some frames apart', () => {
    const frames = cache();
    for (let seq = 1; seq <= 10; seq++) decode(frames, frame(chat(seq)));
    for (let seq = 10; seq >= 1; seq--) expect(seqs(decode(frames, frame(chat(seq))))).toEqual([seq]);
    expect(frames).toMatchObject({ parsed: 10, reused: 10 });
  });

  it('still reads a frame right that it has forgotten', () => {
    const frames = cache();
    for (let seq = 1; seq <= 100; seq++) decode(frames, frame(chat(seq)));
    expect(seqs(decode(frames, frame(chat(1))))).toEqual([1]);
    expect(frames).toMatchObject({ parsed: 101, reused: 0 });
  });

  it('reads a batch as its messages, and passes over kinds that it does not know', () => {
    const frames = cache();
    expect(seqs(decode(frames, frame({ t: 'batch', m: [chat(4), chat(5)] })))).toEqual([4, 5]);
    expect(decode(frames, frame({ t: 'confetti' }))).toEqual([]);
  });

  it.each(['', '{', 'null', '{"t":"batch"}', '\u0000'])('throws on %j, each time, and goes on', (text) => {
    const frames = cache();
    expect(() => decode(frames, Buffer.from(text))).toThrow();
    expect(() => decode(frames, Buffer.from(text))).toThrow();
    expect(seqs(decode(frames, frame(chat(7))))).toEqual([7]);
    expect(frames).toMatchObject({ parsed: 1, reused: 0 });
  });

  it('knows a frame that follows the last one of the viewer, and one that does not', () => {
    const frames = cache();
    const turns = [1, 2, 3].map((seq) => read(frames, frame(chat(seq)))!.turn);
    expect(turns).toEqual([1, 2, 3]);
    expect(read(frames, frame(chat(2)), 1)).toMatchObject({ turn: 2, firstSeq: 2 });
    expect(read(frames, frame(chat(1)), 2)).toMatchObject({ turn: 1, firstSeq: 1 });
    expect(frames).toMatchObject({ parsed: 3, reused: 2 });
  });

  it('says which frames are chat alone, numbered in turn', () => {
    const first = (value: unknown): number => read(cache(), frame(value))!.firstSeq;
    expect(first(chat(7))).toBe(7);
    expect(first({ t: 'batch', m: [chat(7), chat(8), chat(9)] })).toBe(7);
    expect(first({ t: 'batch', m: [chat(7), chat(9)] })).toBe(-1);
    expect(first({ t: 'count', viewers: 7, at: 1 })).toBe(-1);
  });

  it('keeps nothing that is for one viewer alone', () => {
    const frames = cache();
    const ack = { t: 'ack', ref: 1, ok: true };
    const welcome = { t: 'welcome', room: 'main', seq: 1, viewers: 1, at: 1, cues: [] };
    for (const value of [ack, welcome]) expect(read(frames, frame(value))!.turn).toBe(0);
    expect(read(frames, frame(chat(1)), 0, true)!.turn).toBe(0);
    expect(read(frames, frame(ack))!.turn).toBe(0);
    expect(frames).toMatchObject({ parsed: 4, reused: 0 });
  });

  it('refuses text that is not UTF-8, each time', () => {
    const frames = cache();
    const broken = Buffer.concat([Buffer.from('{"t":"x'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(read(frames, broken)).toBeNull();
    expect(read(frames, broken)).toBeNull();
  });

  it('takes frames of any size into the places of older ones', () => {
    const frames = cache();
    for (let seq = 1; seq <= 200; seq++) decode(frames, frame(chat(seq, 'x'.repeat((seq * 37) % 9000))));
    for (let seq = 200; seq > 140; seq--)
      expect(seqs(decode(frames, frame(chat(seq, 'x'.repeat((seq * 37) % 9000)))))).toEqual([seq]);
    expect(frames).toMatchObject({ parsed: 200, reused: 60 });
  });
});
