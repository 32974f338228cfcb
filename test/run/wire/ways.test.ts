import { createServer, type Server, type Socket } from 'node:net';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDialer, type LineDialer } from '../../../sim/run/wire/dialer.ts';
import { listen, onRequest, Viewer, yes } from './rig.ts';

/** Where `shop.test` is, in the order of the look-up. */
const ADDRESSES = ['127.0.0.8', '127.0.0.9'];

vi.mock('node:dns', () => ({
  lookup: (_name: string, _options: object, found: (error: null, addresses: object[]) => void) =>
    setImmediate(
      found,
      null,
      ADDRESSES.map((address) => ({ address, family: 4 })),
    ),
}));

let asked: string[] = [];

/** Writes down who was asked, and agrees to every handshake. */
function server(address: string): Server {
  return createServer((socket: Socket) => {
    asked.push(address);
    onRequest(socket, (head) => socket.write(yes(head)));
  });
}

async function dial(dialer: LineDialer, url: string): Promise<string> {
  const viewer = new Viewer();
  viewer.wire = dialer.dial({ url }, viewer);
  const ending = await Promise.race([viewer.whenOpen, viewer.whenClosed]);
  return ending === undefined ? 'open' : ending.reason;
}

beforeEach(() => {
  asked = [];
});

describe('a host with two addresses', () => {
  it('is reached at the second when nobody is at the first, and there at once from then on', async () => {
    const port = await listen(server(ADDRESSES[1]), ADDRESSES[1]);
    const dialer = createDialer();
    expect(await dial(dialer, `ws://shop.test:${port}`)).toBe('open');
    const first = server(ADDRESSES[0]);
    onTestFinished(() => void first.close());
    await new Promise<void>((resolve) => first.listen(port, ADDRESSES[0], resolve));
    expect(await dial(dialer, `ws://shop.test:${port}`)).toBe('open');
    expect(asked).toEqual([ADDRESSES[1], ADDRESSES[1]]);
  });

  it('is not tried at the second when the first has hung up on TLS', async () => {
    const port = await listen(
      createServer((socket) => {
        asked.push(ADDRESSES[0]);
        socket.end('no TLS here');
      }),
      ADDRESSES[0],
    );
    expect(await dial(createDialer(), `wss://shop.test:${port}`)).toMatch(/wrong version number/);
    expect(asked).toEqual([ADDRESSES[0]]);
  });

  it('ends the line when nobody is at either', async () => {
    const closed = server(ADDRESSES[0]);
    await new Promise<void>((resolve) => closed.listen(0, ADDRESSES[0], resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    expect(await dial(createDialer(), `ws://shop.test:${port}`)).toBe(`connect ECONNREFUSED ${ADDRESSES[1]}:${port}`);
  });
});
