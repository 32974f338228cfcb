import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createDialer } from '../../../sim/run/wire/dialer.ts';
import { closeFrame, frame, luck, NOT_UTF8, OPCODE, randomCuts, randomStream } from './frames.ts';
import { agreeing, heardFrom, later, Viewer } from './rig.ts';

const MAX_BYTES = 100_000;
const RANDOM_STREAMS = 60;

/** What a client made of a stream. */
interface Outcome {
  readonly messages: readonly string[];
  /** What the server heard: pongs, and the code of the close frame. */
  readonly answers: readonly string[];
  /** What the client says the line ended with; ws keeps to itself what it closed with. */
  readonly code: number;
}

type Client = (url: string) => Promise<{ messages: readonly string[]; code: number }>;

const ours: Client = async (url) => {
  const viewer = new Viewer();
  viewer.wire = createDialer({ maxMessageBytes: MAX_BYTES }).dial({ url }, viewer);
  const { code } = await viewer.whenClosed;
  return { messages: viewer.messages, code };
};

const theirs: Client = async (url) => {
  const messages: string[] = [];
  const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: MAX_BYTES });
  const closed = later<number>();
  socket.on('message', (data: Buffer, isBinary) =>
    messages.push(isBinary ? `binary ${data.toString('hex')}` : data.toString()),
  );
  socket.on('error', () => undefined);
  socket.on('close', closed.done);
  return { messages, code: await closed.promise };
};

/** Plays the stream to the client in pieces, hears it out, and ends the connection when it has said goodbye, or when `cut`. */
async function played(client: Client, stream: Buffer, ends: readonly number[], cut: boolean): Promise<Outcome> {
  const answers: string[] = [];
  const url = await agreeing((socket) => {
    heardFrom(socket, (what) => {
      answers.push(what);
      if (what.startsWith('close')) socket.end();
    });
    play(socket, stream, ends, cut);
  });
  return { ...(await client(url)), answers };
}

function play(socket: Socket, stream: Buffer, ends: readonly number[], cut: boolean): void {
  let from = 0;
  const next = (i: number): void => {
    if (i === ends.length) return void (cut && socket.end());
    socket.write(stream.subarray(from, ends[i]));
    from = ends[i];
    setImmediate(next, i + 1);
  };
  next(0);
}

async function compare(stream: Buffer, ends: readonly number[], cut: boolean): Promise<Outcome> {
  const [mine, reference] = [await played(ours, stream, ends, cut), await played(theirs, stream, ends, cut)];
  const { messages, answers, code } = mine;
  expect(answers).toEqual(reference.answers);
  // Long messages make unreadable differences.
  expect(messages.length).toBe(reference.messages.length);
  expect(messages.every((message, i) => message === reference.messages[i])).toBe(true);
  return { messages, answers, code };
}

const text = (payload: string): Buffer => frame(OPCODE.text, payload);
const end = closeFrame(1000, 'bye');

describe('both clients', () => {
  it.each<[string, Buffer[], string[], number]>([
    ['two messages and a goodbye', [text('one'), text('two'), end], ['close 1000'], 1000],
    ['a goodbye without a code', [text('one'), frame(OPCODE.close)], ['close 1005'], 1005],
    ['a code of an application', [closeFrame(4321, 'ä')], ['close 4321'], 4321],
    ['a code that was registered late', [closeFrame(1014)], ['close 1014'], 1014],
    ['a ping', [frame(OPCODE.ping, 'hi'), text('one'), end], ['pong 6869', 'close 1000'], 1000],
    ['a pong that nobody asked for', [frame(OPCODE.pong, 'hi'), end], ['close 1000'], 1000],
    ['a long ping', [frame(OPCODE.ping, 'x'.repeat(125)), end], [`pong ${'78'.repeat(125)}`, 'close 1000'], 1000],
    ['a message of 64 bits of length', [frame(OPCODE.binary, Buffer.alloc(66_000, 1)), end], ['close 1000'], 1000],
    ['a length in more bytes than needed', [frame(OPCODE.text, 'x', { lengthBytes: 8 }), end], ['close 1000'], 1000],
    [
      'fragments with a ping between',
      [frame(1, 'a', { fin: false }), frame(9, 'p'), frame(0, '', { fin: false }), frame(0, 'b'), end],
      ['pong 70', 'close 1000'],
      1000,
    ],
    [
      'a character cut in two by fragments',
      [frame(1, Buffer.from([0xc3]), { fin: false }), frame(0, Buffer.from([0xa4])), end],
      ['close 1000'],
      1000,
    ],
    ['text after the goodbye', [end, text('late')], ['close 1000'], 1000],
    ['text that is not UTF-8', [text('one'), frame(OPCODE.text, NOT_UTF8), text('two')], ['close 1007'], 1007],
    ['binary that is not UTF-8', [frame(OPCODE.binary, NOT_UTF8), end], ['close 1000'], 1000],
    ['a reason that is not UTF-8', [closeFrame(1000, NOT_UTF8)], ['close 1007'], 1007],
    ['half a close code', [frame(OPCODE.close, 'x')], ['close 1002'], 1002],
    ['a close code that is never sent', [closeFrame(1006)], ['close 1002'], 1002],
    ['a masked frame', [frame(OPCODE.text, 'x', { masked: true })], ['close 1002'], 1002],
    ['a reserved bit', [frame(OPCODE.text, 'x', { reserved: 0x40 })], ['close 1002'], 1002],
    ['an unknown opcode', [frame(3, 'x')], ['close 1002'], 1002],
    ['an unknown control frame', [frame(11, 'x')], ['close 1002'], 1002],
    ['a ping in fragments', [frame(OPCODE.ping, 'x', { fin: false })], ['close 1002'], 1002],
    ['a ping that is too long', [frame(OPCODE.ping, 'x'.repeat(126))], ['close 1002'], 1002],
    ['a continuation of nothing', [frame(OPCODE.continuation, 'x')], ['close 1002'], 1002],
    ['a message inside of another', [frame(1, 'x', { fin: false }), text('y')], ['close 1002'], 1002],
    ['a message that is too long', [frame(2, '', { announced: 100_001n })], ['close 1009'], 1009],
    ['a length of more than 53 bits', [frame(2, '', { announced: 1n << 60n })], ['close 1009'], 1009],
  ])('make the same of %s', async (_name, frames, answers, code) => {
    const stream = Buffer.concat(frames);
    const inOne = await compare(stream, [stream.length], false);
    expect(inOne).toMatchObject({ answers, code });
    const cuts = randomCuts(stream.length, luck(stream.length));
    expect(await compare(stream, cuts, false)).toEqual(inOne);
  });

  it.each([
    ['in a header', text('cut').subarray(0, 1)],
    ['in a message', Buffer.concat([text('whole'), text('cut').subarray(0, 4)])],
    ['between messages', text('whole')],
    ['in the middle of fragments', frame(OPCODE.text, 'x', { fin: false })],
  ])('say 1006 of a line that is cut %s', async (_name, stream) => {
    expect(await compare(stream, [stream.length], true)).toMatchObject({ answers: [], code: 1006 });
    expect((await played(theirs, stream, [stream.length], true)).code).toBe(1006);
  });

  it('make the same of random streams', async () => {
    for (let seed = 1; seed <= RANDOM_STREAMS; seed++) {
      const below = luck(seed * 7919);
      const stream = Buffer.concat([randomStream(below)]);
      // oxlint-disable-next-line no-await-in-loop -- a failure says of which stream
      await compare(stream, randomCuts(stream.length, below).slice(-200), true);
    }
  });
});
