import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { createDialer } from '../../../sim/run/wire/dialer.ts';
import type { WireEnding } from '../../../sim/run/wire/wire.ts';
import type { SocketRequest } from '../../../sim/targets/target.ts';
import { frame, OPCODE } from './frames.ts';
import { agreeing, headerOf, later, onRequest, speaking, Viewer, yes } from './rig.ts';

function dial(request: SocketRequest, handshakeTimeoutMs = 10_000): Viewer {
  const viewer = new Viewer();
  viewer.wire = createDialer({ handshakeTimeoutMs }).dial(request, viewer);
  return viewer;
}

/** A server that gives this answer to every handshake. */
const answering = (answer: (head: string) => string): Promise<string> =>
  speaking((socket) => onRequest(socket, (head) => socket.write(answer(head), 'latin1')));

async function endingOf(request: SocketRequest): Promise<WireEnding> {
  const viewer = dial(request);
  const ending = await viewer.whenClosed;
  expect(viewer.events).toEqual(['closed']);
  expect(viewer.wire!.isOpen).toBe(false);
  return ending;
}

async function requestOf(request: (url: string) => SocketRequest): Promise<string> {
  const asked = later<string>();
  const url = await agreeing((_socket, head) => asked.done(head));
  const viewer = dial(request(url));
  const head = await asked.promise;
  viewer.wire!.cut();
  return head;
}

describe('a request for a WebSocket', () => {
  it('has all that the protocol wants, and the headers of the target', async () => {
    const head = await requestOf((url) => ({
      url: `${url}/room/a?viewer=1#x`,
      headers: { Authorization: 'Bearer t' },
    }));
    expect(head).toMatch(/^GET \/room\/a\?viewer=1 HTTP\/1\.1\r\n/);
    expect(headerOf(head, 'host')).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(headerOf(head, 'upgrade')).toBe('websocket');
    expect(headerOf(head, 'connection')).toBe('Upgrade');
    expect(headerOf(head, 'sec-websocket-version')).toBe('13');
    expect(Buffer.from(headerOf(head, 'sec-websocket-key')!, 'base64')).toHaveLength(16);
    expect(headerOf(head, 'authorization')).toBe('Bearer t');
    expect(head).not.toMatch(/protocol|extensions/i);
  });

  it('says who asks, unless the target does', async () => {
    const userAgentOf = async (headers: Record<string, string>): Promise<string | undefined> => {
      const asked = later<string>();
      const url = await agreeing((_socket, head) => asked.done(head));
      const viewer = new Viewer();
      viewer.wire = createDialer({ userAgent: 'flashcrowd/1' }).dial({ url, headers }, viewer);
      const head = await asked.promise;
      viewer.wire.cut();
      return head.match(/^user-agent: .*$/gim)?.join();
    };
    expect(await userAgentOf({ 'x-a': 'b' })).toBe('user-agent: flashcrowd/1');
    expect(await userAgentOf({ 'User-Agent': 'phone' })).toBe('User-Agent: phone');
  });

  it('has a key of its own each time', async () => {
    const keys = await Promise.all([1, 2].map(() => requestOf((url) => ({ url }))));
    expect(headerOf(keys[0], 'sec-websocket-key')).not.toBe(headerOf(keys[1], 'sec-websocket-key'));
  });

  it('takes a host of the target, and user and password from the address', async () => {
    const head = await requestOf((url) => ({ url: url.replace('//', '//me:p%20w@'), headers: { host: 'shop.test' } }));
    expect(head.match(/^host: .*$/gim)).toEqual(['host: shop.test']);
    expect(Buffer.from(headerOf(head, 'authorization')!.split(' ')[1], 'base64').toString()).toBe('me:p w');
  });

  it.each<[string, Partial<SocketRequest>]>([
    ['a line end in a header', { headers: { 'x-a': 'b\r\nx-c: d' } }],
    ['a zero in a header', { headers: { 'x-a': '\0' } }],
    ['a header that has no name', { headers: { '': 'b' } }],
    ['a line end in a name', { headers: { 'x-a: b\r\nx-c': 'd' } }],
    ['a header of the handshake', { headers: { 'sec-websocket-key': 'mine' } }],
    ['a subprotocol with a comma', { protocols: ['a,b'] }],
    ['a subprotocol twice', { protocols: ['a', 'a'] }],
    ['an address of another kind', { url: 'http://127.0.0.1:1' }],
    ['no address at all', { url: 'nonsense' }],
  ])('is not made with %s: the line ends, and nothing is thrown', async (_name, part) => {
    const connected: true[] = [];
    const url = await speaking(() => connected.push(true));
    const ending = await endingOf({ url, ...part });
    expect(ending).toMatchObject({ code: 1006, status: null });
    expect(ending.reason).not.toBe('');
    expect(connected).toEqual([]);
  });
});

describe('the answer to a handshake', () => {
  it('opens the line, also when it comes byte by byte, with a message at its end', async () => {
    const url = await speaking((socket) =>
      onRequest(socket, (head) => {
        const bytes = Buffer.concat([Buffer.from(yes(head, ['X-Padding: ä'])), frame(OPCODE.text, 'hello')]);
        const next = (i: number): void => {
          if (i === bytes.length) return;
          socket.write(bytes.subarray(i, i + 1));
          setImmediate(next, i + 1);
        };
        next(0);
      }),
    );
    const viewer = dial({ url });
    const heard = later<string>();
    viewer.onMessage = heard.done;
    expect(await heard.promise).toBe('hello');
    expect(viewer.events).toEqual(['opened', 'message']);
  });

  it('opens the line before the messages of the same read', async () => {
    const url = await answering((head) => `${yes(head)}${frame(OPCODE.text, 'one').toString('latin1')}`);
    const viewer = dial({ url });
    const heard = later<string>();
    viewer.onMessage = heard.done;
    await heard.promise;
    expect(viewer.events).toEqual(['opened', 'message']);
  });

  it('may follow early hints', async () => {
    const url = await answering((head) => `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${yes(head)}`);
    await dial({ url }).whenOpen;
  });

  it('may spell its headers as it likes', async () => {
    const url = await answering((head) =>
      yes(head)
        .replace('Upgrade: websocket', 'UPGRADE:WebSocket  ')
        .replace('Connection: Upgrade', 'connection: keep-alive, upgrade'),
    );
    await dial({ url }).whenOpen;
  });

  it.each([400, 401, 404, 426, 429, 500, 501, 503])('tells the status %i', async (status) => {
    const url = await answering(() => `HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
    expect(await endingOf({ url })).toMatchObject({ code: 1006, status });
  });

  it('tells the status of a redirect, and goes nowhere', async () => {
    const elsewhere: true[] = [];
    const target = await speaking(() => elsewhere.push(true));
    const url = await answering(() => `HTTP/1.1 302 Found\r\nLocation: ${target}\r\n\r\n`);
    expect(await endingOf({ url })).toMatchObject({ status: 302 });
    expect(elsewhere).toEqual([]);
  });

  it.each<[string, (head: string) => string]>([
    ['garbage', () => 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a status that is none', () => 'HTTP/1.1 abc\r\n\r\n'],
    ['a wrong accept', (head) => yes(head).replace(/Accept: .{5}/, 'Accept: wrong')],
    ['no accept', (head) => yes(head).replace(/Sec-WebSocket-Accept: .*\r\n/, '')],
    ['another protocol than WebSocket', (head) => yes(head).replace('Upgrade: websocket', 'Upgrade: h2c')],
    ['no upgrade of the connection', (head) => yes(head).replace('Connection: Upgrade', 'Connection: close')],
    ['an extension that was not offered', (head) => yes(head, ['Sec-WebSocket-Extensions: x-shout'])],
    ['a subprotocol that was not asked for', (head) => yes(head, ['Sec-WebSocket-Protocol: chat'])],
    ['a header that is none', (head) => yes(head, ['no colon'])],
    ['a folded header', (head) => yes(head, ['X-Long: a', '  b'])],
    ['a head without end', () => `HTTP/1.1 101 Yes\r\n${'X-More: and more\r\n'.repeat(2000)}`],
  ])('fails with %s', async (_name, answer) => {
    const ending = await endingOf({ url: await answering(answer) });
    expect(ending).toMatchObject({ code: 1006, status: null });
    expect(ending.reason).not.toBe('');
  });

  it('fails when the connection ends instead', async () => {
    expect(await endingOf({ url: await speaking((socket) => socket.end()) })).toMatchObject({
      code: 1006,
      status: null,
    });
    const cut = await speaking((socket) => onRequest(socket, () => socket.destroy()));
    expect(await endingOf({ url: cut })).toMatchObject({ code: 1006, status: null });
    const half = await speaking((socket) => onRequest(socket, () => socket.end('HTTP/1.1 101 Swi')));
    expect(await endingOf({ url: half })).toMatchObject({ code: 1006, status: null });
  });

  it('fails when it does not come in time, and closes the connection', async () => {
    const gone = later();
    const url = await speaking((socket) => socket.resume().on('close', () => gone.done()));
    const viewer = dial({ url }, 50);
    expect(await viewer.whenClosed).toMatchObject({
      code: 1006,
      status: null,
      reason: expect.stringContaining('50 ms'),
    });
    await gone.promise;
    expect(viewer.events).toEqual(['closed']);
  });

  it('is not waited for once it has come', async () => {
    const viewer = dial({ url: await agreeing(() => undefined) }, 50);
    await viewer.whenOpen;
    // A later line of the same age expires; the open one has outlived it.
    const silent = dial({ url: await speaking((socket) => socket.resume()) }, 100);
    await silent.whenClosed;
    expect(viewer.events).toEqual(['opened']);
  });
});

describe('a subprotocol', () => {
  it('is agreed on with ws', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'b' });
    await new Promise((resolve) => server.on('listening', resolve));
    const { port } = server.address() as { port: number };
    const viewer = dial({ url: `ws://127.0.0.1:${port}`, protocols: ['a', 'b'] });
    await viewer.whenOpen;
    viewer.wire!.cut();
    server.close();
  });

  it('must be one that was asked for, and one only', async () => {
    for (const more of [
      ['Sec-WebSocket-Protocol: c'],
      [],
      ['Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Protocol: b'],
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- three quick servers
      const ending = await endingOf({ url: await answering((head) => yes(head, more)), protocols: ['a', 'b'] });
      expect(ending.reason).toMatch(/subprotocol/);
    }
  });
});
