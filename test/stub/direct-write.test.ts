import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { writeFrame, type Late } from '../../server-stub/rooms/direct-write.ts';

let server: Server | undefined;
let reader: Socket;
afterEach(() => {
  reader?.destroy();
  server?.close();
});

/** A socket to write to, whose other end reads nothing until it is resumed. */
async function pair(): Promise<Socket> {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  reader = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  const [socket] = (await once(server, 'connection')) as [Socket];
  // Tests that break the connection look at 'close'.
  for (const end of [reader, socket]) end.on('error', () => {});
  return socket;
}

/** Frames of different lengths, which say in each byte where it stands in the whole. */
function frames(count: number): Buffer[] {
  const ends = [0];
  for (let i = 0; i < count; i++) ends.push(ends[i] + 1 + ((i * 7919) % 30_000));
  const whole = Buffer.alloc(ends[count]);
  for (let i = 0; i < whole.length; i++) whole[i] = i % 251;
  return ends.slice(1).map((end, i) => whole.subarray(ends[i], end));
}

async function read(bytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let left = bytes;
  reader.on('data', (part: Buffer) => {
    parts.push(part);
    left -= part.length;
    if (left <= 0) reader.emit('all');
  });
  reader.resume();
  await once(reader, 'all');
  return Buffer.concat(parts);
}

test('what the kernel takes at once never reaches the stream', async () => {
  const socket = await pair();
  const late: Late = { lateBytes: 0 };
  let throughStream = 0;
  socket.write = () => ++throughStream > 0;
  const sent = frames(5);
  for (const frame of sent) writeFrame(socket, frame, late);
  expect(late.lateBytes).toBe(0);
  expect(throughStream).toBe(0);
  const whole = Buffer.concat(sent);
  expect((await read(whole.length)).equals(whole)).toBe(true);
  expect(socket.bytesWritten).toBe(whole.length);
});

test('a reader who stops for a while gets every byte, in order', async () => {
  const socket = await pair();
  const late: Late = { lateBytes: 0 };
  // 18 MB: more than the kernel takes.
  const sent = frames(1200);
  let lateSeen = 0;
  for (const frame of sent) {
    writeFrame(socket, frame, late);
    lateSeen = Math.max(lateSeen, late.lateBytes);
  }
  expect(lateSeen).toBeGreaterThan(0);
  expect(socket.writableLength).toBeGreaterThan(0);
  const whole = Buffer.concat(sent);
  expect((await read(whole.length)).equals(whole)).toBe(true);
  expect(late.lateBytes).toBe(0);
  // And from then on it is as quick as before.
  writeFrame(socket, Buffer.from('x'), late);
  expect(late.lateBytes + socket.writableLength).toBe(0);
});

test('`end` after a frame that waits lets it arrive first', async () => {
  const socket = await pair();
  const late: Late = { lateBytes: 0 };
  const large = Buffer.alloc(12 * 1024 * 1024, 'a');
  writeFrame(socket, large, late);
  expect(late.lateBytes).toBe(large.length);
  socket.end('z');
  const all = await read(large.length + 1);
  expect(all.length).toBe(large.length + 1);
  expect(all.at(-1)).toBe('z'.charCodeAt(0));
});

test('a reader who is gone ends the socket, not the process', async () => {
  const socket = await pair();
  const late: Late = { lateBytes: 0 };
  writeFrame(socket, Buffer.alloc(12 * 1024 * 1024), late);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  reader.resetAndDestroy();
  await closed;
  writeFrame(socket, Buffer.from('x'), late);
  expect(socket.destroyed).toBe(true);
});

test('without the parts of Node it needs, the stream does the work', () => {
  const written: Buffer[] = [];
  const socket = { writableLength: 0, write: (frame: Buffer) => written.push(frame) } as unknown as Socket;
  writeFrame(socket, Buffer.from('a'), { lateBytes: 0 });
  expect(written).toEqual([Buffer.from('a')]);
});
