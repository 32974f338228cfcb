import { connect } from 'node:net';
import { epochMs } from '../../live/clock.ts';
import type { BeaconSetup } from './beacon.ts';

const STAMP_BYTES = 8;

/** Listens to the beacon for as long as the process lives. `seen` gets when a stamp was taken and when it was read, epoch ms. */
export function readBeacon({ port, token }: BeaconSetup, seen: (sentMs: number, readMs: number) => void): void {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const stamp = Buffer.alloc(STAMP_BYTES);
  let filled = 0;
  socket.write(`${token}\n`);
  socket.on('data', (chunk: Buffer) => {
    const readMs = epochMs();
    for (const byte of chunk) {
      stamp[filled++] = byte;
      if (filled < STAMP_BYTES) continue;
      filled = 0;
      seen(stamp.readDoubleLE(), readMs);
    }
  });
  // It ends with the coordinator; without it, receive wait is not measured.
  socket.on('error', () => undefined);
  socket.unref();
}
