/**
 * Viewers that read and throw away, in a process of their own: `reader.ts PORT`. Over the channel it takes
 * `{connect: n}`, `{leave: true}` and `{count: true}`, and answers with how many viewers are in and the bytes they have read.
 */
import { connect, type Socket } from 'node:net';

const port = Number(process.argv[2]);
const buffer = Buffer.alloc(64 * 1024);
/** Handshakes under way at a time. */
const AT_A_TIME = 100;
let sockets: Socket[] = [];
let bytes = 0;
let named = 0;

const handshake = (name: string): string =>
  `GET /rooms/main/ws?viewer=${name}&name=${name} HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** Resolves when the welcome is here: that is the first frame, and a handshake's answer is shorter than this. */
const WELCOMED_BYTES = 150;

function enter(): Promise<void> {
  return new Promise((resolve, reject) => {
    let firstBytes = 0;
    const callback = (read: number): boolean => {
      bytes += read;
      if (firstBytes < WELCOMED_BYTES) {
        firstBytes += read;
        if (firstBytes >= WELCOMED_BYTES) resolve();
      }
      return true;
    };
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } });
    socket.on('error', reject);
    socket.write(handshake(`viewer-${named++}`));
    sockets.push(socket);
  });
}

async function enterAll(count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await enter();
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}

async function leaveAll(): Promise<void> {
  const closed = sockets.map((socket) => new Promise((resolve) => socket.destroy().once('close', resolve)));
  sockets = [];
  await Promise.all(closed);
}

process.on('disconnect', () => process.exit());
process.on('message', async (order: { connect?: number; leave?: true }) => {
  if (order.connect !== undefined) await enterAll(order.connect);
  if (order.leave) await leaveAll();
  process.send?.({ viewers: sockets.length, bytes });
});
process.send?.('ready');
