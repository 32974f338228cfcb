import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createDialer } from '../../../sim/run/wire/dialer.ts';
import { LocalAddresses } from '../../../sim/run/wire/local-addresses.ts';
import { agreeing, Viewer } from './rig.ts';

/** Of a block for documentation (RFC 5737): no machine has it. */
const NOT_OURS = '203.0.113.7';

/** Addresses that so many lines came from. A line that was not opened is its reason. */
async function origins(addresses: readonly string[], lines: number): Promise<string[]> {
  const from: string[] = [];
  const url = await agreeing((socket) => from.push(socket.remoteAddress!));
  const dialer = createDialer({ localAddresses: new LocalAddresses(addresses) });
  for (let i = 0; i < lines; i++) {
    const viewer = new Viewer();
    viewer.wire = dialer.dial({ url }, viewer);
    // oxlint-disable-next-line no-await-in-loop -- the order of the addresses is tested
    const ending = await Promise.race([viewer.whenOpen, viewer.whenClosed]);
    if (ending) from.push(ending.reason);
  }
  return from;
}

describe('connections', () => {
  it('come from each of the local addresses in turn', async () => {
    expect(await origins(['127.0.0.2', '127.0.0.3'], 4)).toEqual(['127.0.0.3', '127.0.0.2', '127.0.0.3', '127.0.0.2']);
  });

  it('come from where the system likes without local addresses', async () => {
    expect(await origins([], 1)).toEqual(['127.0.0.1']);
  });

  it('pass over an address that has nothing left to connect from', async () => {
    expect(await origins([NOT_OURS, '127.0.0.4'], 3)).toEqual(['127.0.0.4', '127.0.0.4', '127.0.0.4']);
  });

  it('are given up when no address has anything left, once each was tried', async () => {
    const [reason] = await origins([NOT_OURS, '203.0.113.8'], 1);
    expect(reason).toMatch(/EADDRNOTAVAIL 203\.0\.113\.7/);
  });

  it('come from an address of the same family, or not at all', async () => {
    expect(await origins(['::1', '127.0.0.5'], 2)).toEqual(['127.0.0.5', '127.0.0.5']);
    expect((await origins(['::1'], 1))[0]).toMatch(/no local address can reach 127\.0\.0\.1/);
  });

  it('go to a host by its name, whichever of its addresses answers', async () => {
    const url = await agreeing(() => undefined);
    const dialer = createDialer();
    for (let i = 0; i < 2; i++) {
      const viewer = new Viewer();
      viewer.wire = dialer.dial({ url: url.replace('127.0.0.1', 'localhost') }, viewer);
      // oxlint-disable-next-line no-await-in-loop -- the second knows the way from the first
      await viewer.whenOpen;
      viewer.wire.cut();
    }
  });

  it('that nobody takes end the line', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    for (const host of ['127.0.0.1', 'localhost']) {
      const viewer = new Viewer();
      viewer.wire = createDialer().dial({ url: `ws://${host}:${port}` }, viewer);
      // oxlint-disable-next-line no-await-in-loop -- two hosts
      const ending = await viewer.whenClosed;
      expect(ending).toMatchObject({ code: 1006, status: null, reason: expect.stringContaining('ECONNREFUSED') });
      expect(viewer.events).toEqual(['closed']);
    }
  });
});
