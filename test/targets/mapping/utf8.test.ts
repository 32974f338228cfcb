import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../../sim/targets/mapping/utf8.ts';
import { randomFrom } from '../fuzz.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

describe('UTF-8 by hand', () => {
  it.each([
    '',
    'plain',
    'naïve café',
    '値下げ 🔥🎁 50 %',
    '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
    '\ufeffmark',
    'x'.repeat(20_000) + 'é' + 'y'.repeat(20_000),
    '🔥'.repeat(9000),
    'half \ud83d a pair, \udd25 the other half',
    '\ud83d',
  ])('writes and reads what the platform does (text %#)', (text) => {
    const bytes = encodeUtf8(text);
    expect(Buffer.from(bytes).equals(encoder.encode(text))).toBe(true);
    expect(decodeUtf8(bytes)).toBe(decoder.decode(bytes));
  });

  it('reads every pair of bytes as the platform does', () => {
    const differ: string[] = [];
    for (let pair = 0; pair < 0x10000; pair++) {
      const bytes = Uint8Array.of(pair >> 8, pair & 0xff, 0x80, 0x41);
      if (decodeUtf8(bytes) !== decoder.decode(bytes)) differ.push(pair.toString(16));
    }
    expect(differ).toEqual([]);
  });

  it('reads any bytes as the platform does', () => {
    const random = randomFrom(7);
    const likely = [0x20, 0x7f, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xff];
    const differ: string[] = [];
    for (let round = 0; round < 20_000; round++) {
      const bytes = Uint8Array.from({ length: random(12) }, () =>
        random(2) === 0 ? random(256) : likely[random(likely.length)],
      );
      if (decodeUtf8(bytes) !== decoder.decode(bytes)) differ.push(Buffer.from(bytes).toString('hex'));
    }
    expect(differ).toEqual([]);
  });

  it('reads a stretch of the bytes', () => {
    const bytes = encodeUtf8('ab🔥cd');
    expect(decodeUtf8(bytes, 1, 6)).toBe('b🔥');
    expect(decodeUtf8(bytes, 3, 3)).toBe('');
  });
});
