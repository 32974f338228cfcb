import { isUtf8 } from 'node:buffer';
import { describe, expect, it, vi } from 'vitest';
import { FrameScanner } from '../../../sim/run/wire/frame-scanner.ts';
import { closeFrame, frame, luck, NOT_UTF8, OPCODE, randomCuts, randomStream } from './frames.ts';
import { closeCodeOf, Receiver } from './ws-parts.ts';

const MAX_BYTES = 100_000;
const STREAMS = 600;

/** What a scanner said, in words that ws can say too. */
class Ears {
  readonly heard: string[] = [];
  readonly scanner: FrameScanner;
  readonly where: Buffer[] = [];

  constructor(maxBytes = MAX_BYTES) {
    this.scanner = new FrameScanner(this, maxBytes);
  }

  message(buffer: Buffer, start: number, end: number, isBinary: boolean): void {
    this.where.push(buffer);
    const bytes = buffer.subarray(start, end);
    if (isBinary || isUtf8(bytes)) this.heard.push(said(isBinary ? 'binary' : 'text', bytes));
    else {
      this.scanner.stop();
      this.heard.push('broken 1007');
    }
  }

  pinged(buffer: Buffer, start: number, end: number): void {
    this.heard.push(said('ping', buffer.subarray(start, end)));
  }

  closing(code: number, reason: string): void {
    this.heard.push(`closing ${code} ${reason}`);
  }

  broken(code: number): void {
    this.heard.push(`broken ${code}`);
  }
}

function said(kind: string, bytes: Buffer): string {
  return `${kind} ${bytes.length} ${bytes.length < 200 ? bytes.toString('hex') : bytes.toString('base64')}`;
}

/** Reads into one buffer, again and again, as the sockets do; what is behind the read is another's. */
function scanned(stream: Buffer, ends: readonly number[]): string[] {
  const ears = new Ears();
  const shared = Buffer.alloc(stream.length + 16);
  let from = 0;
  for (const end of ends) {
    shared.fill(0x89);
    const at = from % 7;
    stream.copy(shared, at, from, end);
    ears.scanner.scan(shared, at, at + end - from);
    from = end;
  }
  return ears.heard;
}

async function receivedByWs(stream: Buffer, ends: readonly number[]): Promise<string[]> {
  const heard: string[] = [];
  const receiver = new Receiver({ maxPayload: MAX_BYTES });
  receiver.on('message', (data: Buffer, isBinary: boolean) => heard.push(said(isBinary ? 'binary' : 'text', data)));
  receiver.on('ping', (data: Buffer) => heard.push(said('ping', data)));
  receiver.on('conclude', (code: number, reason: Buffer) => heard.push(`closing ${code} ${reason.toString()}`));
  receiver.on('error', (error) => heard.push(`broken ${closeCodeOf(error)}`));
  let from = 0;
  for (const end of ends) {
    if (receiver.destroyed || receiver.writableEnded) break;
    receiver.write(Buffer.from(stream.subarray(from, end)));
    from = end;
  }
  await new Promise(setImmediate);
  return heard;
}

const whole = (...frames: Buffer[]): string[] => {
  const stream = Buffer.concat(frames);
  return scanned(stream, [stream.length]);
};

describe('a frame scanner', () => {
  it('hears of random streams, cut at random places, exactly what ws hears', async () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= STREAMS; seed++) {
      const below = luck(seed);
      const stream = randomStream(below);
      const ends = randomCuts(stream.length, below);
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its seed
      const expected = await receivedByWs(stream, ends);
      const heard = scanned(stream, ends);
      expect({ seed, heard }).toEqual({ seed, heard: expected });
      for (const what of heard) kinds.add(/^(?:broken \d+|closing \d+|\w+)/.exec(what)![0]);
    }
    // The streams were worth it.
    const must = [
      'text',
      'binary',
      'ping',
      'broken 1002',
      'broken 1007',
      'broken 1009',
      'closing 1000',
      'closing 1005',
    ];
    expect([...kinds]).toEqual(expect.arrayContaining(must));
  });

  it('hears the same of a stream however it is cut', () => {
    const stream = Buffer.concat([
      frame(OPCODE.text, 'a'.repeat(130)),
      frame(OPCODE.binary, Buffer.alloc(70_000, 7), { fin: false }),
      frame(OPCODE.ping, 'between'),
      frame(OPCODE.continuation, 'end'),
      closeFrame(4001, 'enough'),
    ]);
    const expected = scanned(stream, [stream.length]);
    expect(expected.map((what) => what.split(' ', 2).join(' '))).toEqual([
      'text 130',
      'ping 7',
      'binary 70003',
      'closing 4001',
    ]);
    for (const size of [1, 2, 3, 7, 131, 4096, 65_536]) {
      const ends = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
        Math.min(stream.length, (i + 1) * size),
      );
      expect(scanned(stream, ends).join() === expected.join()).toBe(true);
    }
  });

  it('hands whole frames over where they lie, and copies only the one that was cut', () => {
    const ears = new Ears();
    const read = Buffer.concat([frame(OPCODE.text, 'one'), frame(OPCODE.text, 'two'), frame(OPCODE.text, 'three')]);
    ears.scanner.scan(read, 0, read.length - 2);
    const rest = Buffer.concat([read.subarray(-2), frame(OPCODE.text, 'four')]);
    ears.scanner.scan(rest, 0, rest.length);
    expect(ears.heard).toHaveLength(4);
    expect(ears.where.map((buffer) => [buffer === read, buffer === rest])).toEqual([
      [true, false],
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  it.each([
    ['in one frame', [frame(OPCODE.binary, Buffer.alloc(90_000))]],
    ['in fragments', [...Array(900).keys()].map((i) => frame(i === 0 ? 2 : 0, Buffer.alloc(100), { fin: i === 899 }))],
  ])('copies a long message %s a few times, not once a read', (_name, frames) => {
    const stream = Buffer.concat(frames);
    const ends = Array.from({ length: Math.ceil(stream.length / 50) }, (_, i) => Math.min(stream.length, (i + 1) * 50));
    const ears = new Ears();
    const allocate = vi.spyOn(Buffer, 'allocUnsafe');
    for (let i = 0; i < ends.length; i++) ears.scanner.scan(stream, ends[i - 1] ?? 0, ends[i]);
    const bytes = allocate.mock.calls.reduce((sum, [size]) => sum + size, 0);
    allocate.mockRestore();
    expect(ears.heard).toHaveLength(1);
    expect(bytes).toBeLessThan(5 * stream.length);
  });

  it('refuses a message that is too long as soon as that is announced', () => {
    const announced = frame(OPCODE.text, '', { announced: BigInt(MAX_BYTES + 1) });
    expect(whole(announced)).toEqual(['broken 1009']);
    const first = frame(OPCODE.text, Buffer.alloc(MAX_BYTES - 10, 'x'), { fin: false });
    expect(whole(first, frame(OPCODE.ping), frame(OPCODE.continuation, '', { announced: 11n }))).toEqual([
      'ping 0 ',
      'broken 1009',
    ]);
    expect(whole(first, frame(OPCODE.continuation, '0123456789'))).toHaveLength(1);
  });

  it('refuses a header before the payload is there', () => {
    expect(whole(frame(OPCODE.text, 'x'.repeat(80), { reserved: 0x10 }).subarray(0, 2))).toEqual(['broken 1002']);
    expect(whole(frame(OPCODE.text, 'x'.repeat(80)).subarray(0, 60))).toEqual([]);
  });

  it.each([
    ['after a close frame', closeFrame(1001)],
    ['after a broken rule', frame(OPCODE.text, 'x', { masked: true })],
  ])('hears nothing %s, in the same read or a later one', (_name, last) => {
    const more = frame(OPCODE.text, 'more');
    const ears = new Ears();
    const read = Buffer.concat([more, last, more]);
    ears.scanner.scan(read, 0, read.length);
    ears.scanner.scan(read, 0, read.length);
    expect(ears.heard).toHaveLength(2);
  });

  it('stops in the middle of a read when it is told to', () => {
    const ears = new Ears();
    const read = Buffer.concat([frame(OPCODE.text, NOT_UTF8), frame(OPCODE.text, 'more'), Buffer.from([0x81])]);
    ears.scanner.scan(read, 0, read.length);
    ears.scanner.scan(read, 0, read.length);
    expect(ears.heard).toEqual(['broken 1007']);
  });
});
