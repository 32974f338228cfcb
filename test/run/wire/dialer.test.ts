import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { createDialer, type LineDialer } from '../../../sim/run/wire/dialer.ts';
import { LocalAddresses } from '../../../sim/run/wire/local-addresses.ts';
import { later, listen, onRequest, speaking, Viewer, yes } from './rig.ts';

interface Backend {
  readonly url: string;
  /** Of each handshake in turn: whether it offered permessage-deflate. */
  readonly offers: boolean[];
}

/** A ws server with permessage-deflate that turns handshakes down as told. */
async function backend(
  refuse: (offers: boolean, nth: number) => number | null,
  onOpen: (socket: WebSocket, request: IncomingMessage) => void = () => undefined,
): Promise<Backend> {
  const offers: boolean[] = [];
  const rooms = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 0 } });
  rooms.on('connection', (socket, request) => {
    socket.on('error', () => undefined);
    onOpen(socket, request);
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    const offered = request.headers['sec-websocket-extensions']?.includes('permessage-deflate') ?? false;
    offers.push(offered);
    const status = refuse(offered, offers.length);
    if (status !== null) socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    else rooms.handleUpgrade(request, socket, head, (opened) => rooms.emit('connection', opened, request));
  });
  return { url: `ws://127.0.0.1:${await listen(server)}`, offers };
}

const insisting = (status: number) => (offered: boolean) => (offered ? null : status);

function dial(dialer: LineDialer, url: string): Viewer {
  const viewer = new Viewer();
  viewer.wire = dialer.dial({ url }, viewer);
  return viewer;
}

describe('a backend that will not do without compression', () => {
  it.each([400, 426, 501])('and says %i, gets it, from the second handshake on at once', async (status) => {
    const { url, offers } = await backend(insisting(status));
    const dialer = createDialer();
    expect(dialer.compressed).toBe(false);
    await dial(dialer, url).whenOpen;
    expect(dialer.compressed).toBe(true);
    await dial(dialer, url).whenOpen;
    expect(offers).toEqual([false, true, true]);
  });

  it('gets it also when it answers with what was not offered', async () => {
    const asked: boolean[] = [];
    const extension = 'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover';
    const url = await speaking((socket) =>
      onRequest(socket, (head) => {
        asked.push(/permessage-deflate/.test(head));
        socket.write(yes(head, [extension]));
      }),
    );
    const dialer = createDialer();
    await dial(dialer, url).whenOpen;
    expect(dialer.compressed).toBe(true);
    expect(asked).toEqual([false, true]);
  });

  it('gets it on all lines that were dialled before that was known', async () => {
    const { url } = await backend(insisting(400));
    const dialer = createDialer();
    const viewers = Array.from({ length: 10 }, () => dial(dialer, url));
    await Promise.all(viewers.map(({ whenOpen }) => whenOpen));
    for (const { events, wire } of viewers) expect([events, wire!.isOpen]).toEqual([['opened'], true]);
  });

  it.each(['before', 'after'])('is talked to like any other, on a line dialled %s that was known', async (when) => {
    const said = later<string>();
    const { url } = await backend(insisting(400), (socket) => {
      socket.on('message', (data: Buffer) => socket.send(`you said ${data.toString().slice(0, 5)}`));
      socket.on('close', (code) => said.done(`close ${code}`));
      socket.send('hello '.repeat(1000));
      socket.send(Buffer.from([1, 2]));
    });
    const dialer = createDialer();
    if (when === 'after') await dial(dialer, url).whenOpen;
    const viewer = dial(dialer, url);
    await viewer.whenOpen;
    const heard = later();
    viewer.onMessage = (what) => what.startsWith('you') && heard.done();
    expect(viewer.wire!.send('x'.repeat(5000))).toBe(true);
    await heard.promise;
    expect(viewer.messages).toEqual(['hello '.repeat(1000), 'binary 0102', 'you said xxxxx']);
    viewer.wire!.pause();
    viewer.wire!.close(1000);
    expect(await said.promise).toBe('close 1000');
    expect(viewer.wire!.send('late')).toBe(false);
    expect(viewer.events.filter((event) => event === 'closed')).toEqual([]);
  });

  it.each<[string, (socket: WebSocket) => void, object]>([
    ['a goodbye', (socket) => socket.close(4001, 'go'), { code: 4001, reason: 'go' }],
    ['a cut', (socket) => socket.terminate(), { code: 1006 }],
    [
      'text that is not UTF-8',
      (socket) => socket.send(Buffer.from([0xff]), { binary: false }),
      { code: 1007, reason: 'not UTF-8' },
    ],
    ['a message that is too long', (socket) => socket.send('x'.repeat(2000)), { code: 1009 }],
  ])('ends a line as any other does: %s', async (_name, end, ending) => {
    const { url } = await backend(insisting(400), end);
    const viewer = dial(createDialer({ maxMessageBytes: 1000 }), url);
    expect(await viewer.whenClosed).toMatchObject({ status: null, ...ending });
    expect(viewer.events).toEqual(['opened', 'closed']);
  });

  it('is connected to from the local addresses that have something left', async () => {
    const origin = later<string>();
    const { url } = await backend(insisting(400), (_socket, request) => origin.done(request.socket.remoteAddress!));
    const localAddresses = new LocalAddresses(['203.0.113.7', '127.0.0.4']);
    const dialer = createDialer({ localAddresses });
    await dial(dialer, url).whenOpen;
    expect(await origin.promise).toBe('127.0.0.4');
    await dial(dialer, url).whenOpen;
  });

  it('does not call back a viewer who left meanwhile', async () => {
    const tried = later();
    const { url } = await backend((offered) => {
      if (offered) tried.done();
      return offered ? null : 400;
    });
    const dialer = createDialer();
    const [left, stays] = [dial(dialer, url), dial(dialer, url)];
    await tried.promise;
    left.wire!.cut();
    await stays.whenOpen;
    expect(left.events).toEqual([]);
  });
});

describe('an ordinary refusal', () => {
  it.each([401, 403, 404, 429, 500, 503])('with %i is not asked for twice', async (status) => {
    const { url, offers } = await backend(() => status);
    const dialer = createDialer();
    expect(await dial(dialer, url).whenClosed).toMatchObject({ code: 1006, status });
    expect(offers).toEqual([false]);
    expect(dialer.compressed).toBe(false);
  });

  it('with 400 is tried with compression once, and then is what it is', async () => {
    const { url, offers } = await backend(() => 400);
    const dialer = createDialer();
    const first = dial(dialer, url);
    expect(await first.whenClosed).toMatchObject({ code: 1006, status: 400 });
    expect(await dial(dialer, url).whenClosed).toMatchObject({ code: 1006, status: 400 });
    expect(offers).toEqual([false, true, false]);
    expect(first.events).toEqual(['closed']);
    expect(dialer.compressed).toBe(false);
  });

  it('with 400 is not for want of compression when a line has opened without', async () => {
    const { url, offers } = await backend((_offered, nth) => (nth === 1 ? null : 400));
    const dialer = createDialer();
    await dial(dialer, url).whenOpen;
    expect(await dial(dialer, url).whenClosed).toMatchObject({ status: 400 });
    expect(offers).toEqual([false, false]);
  });

  it('after compression was found to be needed tells its status', async () => {
    const { url } = await backend((offered, nth) => (!offered ? 400 : nth > 2 ? 503 : null));
    const dialer = createDialer();
    await dial(dialer, url).whenOpen;
    expect(await dial(dialer, url).whenClosed).toMatchObject({ code: 1006, status: 503 });
  });
});
