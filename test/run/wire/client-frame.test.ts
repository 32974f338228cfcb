import { describe, expect, it } from 'vitest';
import { closeFrame, messageFrame, pongFrame } from '../../../sim/run/wire/client-frame.ts';
import { Receiver } from './ws-parts.ts';

/** What a server that uses ws hears of these bytes. */
async function heardBy(...frames: Buffer[]): Promise<unknown[]> {
  const heard: unknown[] = [];
  const receiver = new Receiver({ isServer: true });
  receiver.on('message', (data: Buffer, isBinary: boolean) => heard.push([isBinary, data.toString()]));
  receiver.on('pong', (data: Buffer) => heard.push(['pong', data.toString()]));
  receiver.on('conclude', (code: number, reason: Buffer) => heard.push(['close', code, reason.toString()]));
  receiver.on('error', (error) => heard.push(error.message));
  for (const frame of frames) receiver.write(frame);
  await new Promise(setImmediate);
  return heard;
}

describe('frames of a client', () => {
  it.each([0, 1, 3, 125, 126, 127, 65_535, 65_536, 70_000])('carry a text of %i bytes', async (length) => {
    expect(await heardBy(messageFrame('x'.repeat(length)))).toEqual([[false, 'x'.repeat(length)]]);
  });

  it('carry bytes, which are a binary message', async () => {
    const part = Buffer.from('--abc--').subarray(2, 5);
    expect(await heardBy(messageFrame(Buffer.alloc(70_000, 'b')), messageFrame(part))).toEqual([
      [true, 'b'.repeat(70_000)],
      [true, 'abc'],
    ]);
  });

  it('carry text that is not ASCII, and replace half a surrogate pair', async () => {
    expect(await heardBy(messageFrame('für 5 € 😀'), messageFrame('a\ud800b'))).toEqual([
      [false, 'für 5 € 😀'],
      [false, 'a\ufffdb'],
    ]);
  });

  it('close with a code, or without one', async () => {
    expect(await heardBy(closeFrame(1000))).toEqual([['close', 1000, '']]);
    expect(await heardBy(closeFrame(4999))).toEqual([['close', 4999, '']]);
    expect(await heardBy(closeFrame(1005))).toEqual([['close', 1005, '']]);
  });

  it('answer a ping with its own bytes, wherever these lie', async () => {
    expect(await heardBy(pongFrame(Buffer.from('--ping--'), 2, 6), pongFrame(Buffer.alloc(9), 4, 4))).toEqual([
      ['pong', 'ping'],
      ['pong', ''],
    ]);
  });

  it('have a masking key of their own each, also when the pool of keys has been used up', () => {
    const keys = new Set(Array.from({ length: 5000 }, () => messageFrame('x').readUInt32BE(2)));
    // Of 5,000 random keys, two are alike once in 340 runs.
    expect(keys.size).toBeGreaterThan(4990);
  });
});
