import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createPlainServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { createDialer, type LineDialer } from '../../../sim/run/wire/dialer.ts';
import type { Payload } from '../../../sim/targets/target.ts';
import type { DialerOptions } from '../../../sim/run/wire/shared.ts';
import { client, GET, LONG_MS } from '../http-rig.ts';
import { HERE, SHOP } from './certificates.ts';
import { ConnectProxy, withProxies } from './proxy-rig.ts';
import { later, listen, Viewer } from './rig.ts';

const TRUSTING = { tls: { ca: SHOP.cert } };

/** Port of a room that says what it hears again, and answers other requests. `insists`: on permessage-deflate. */
async function room(isSecure: boolean, insists = false): Promise<number> {
  const answer: RequestListener = (request, response) => {
    if (request.headers.accept !== 'text/event-stream') return void response.end(`asked for ${request.headers.host}`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\n\n');
  };
  const server = isSecure ? createSecureServer(SHOP, answer) : createServer(answer);
  const rooms = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  server.on('upgrade', (request, socket, head) => {
    const offers = request.headers['sec-websocket-extensions'] !== undefined;
    if (insists && !offers) return void socket.end('HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n');
    rooms.handleUpgrade(request, socket, head, (line) =>
      line.on('message', (data, isBinary) => line.send(data, { binary: isBinary })),
    );
  });
  return listen(server);
}

function dial(url: string, options: DialerOptions = {}, dialer: LineDialer = createDialer(options)): Viewer {
  const viewer = new Viewer();
  viewer.wire = dialer.dial({ url }, viewer);
  return viewer;
}

/** Sends it, and returns what comes back. */
async function echoOf(viewer: Viewer, payload: Payload): Promise<string | undefined> {
  const heard = later();
  viewer.onMessage = () => heard.done();
  viewer.wire!.send(payload);
  await heard.promise;
  return viewer.messages.at(-1);
}

describe('through a proxy that the environment names', () => {
  it.each([
    ['ws', false, false],
    ['wss', true, false],
    ['ws', false, true],
    ['wss', true, true],
  ])('a %s line is opened (secure: %s, compressed: %s)', async (scheme, isSecure, insists) => {
    const port = await room(isSecure, insists);
    const proxy = await new ConnectProxy().start();
    withProxies({ [isSecure ? 'HTTPS_PROXY' : 'HTTP_PROXY']: `http://127.0.0.1:${proxy.port}` });
    const dialer = createDialer(TRUSTING);
    const viewer = dial(`${scheme}://shop.test:${port}`, TRUSTING, dialer);
    await viewer.whenOpen;
    expect(dialer.compressed).toBe(insists);
    for (const text of ['hello', 'ä'.repeat(100_000)]) expect((await echoOf(viewer, text)) === text).toBe(true);
    expect(await echoOf(viewer, new Uint8Array([0, 1, 255]))).toBe('binary 0001ff');
    expect(new Set(proxy.asked)).toEqual(new Set([`shop.test:${port}`]));
    expect(proxy.asked).toHaveLength(insists ? 2 : 1);
  });

  it.each([
    ['http', false],
    ['https', true],
  ])('%s requests are made and events are heard', async (scheme, isSecure) => {
    const port = await room(isSecure);
    const proxy = await new ConnectProxy().start();
    withProxies({ [isSecure ? 'https_proxy' : 'http_proxy']: `http://127.0.0.1:${proxy.port}` });
    const url = `${scheme}://shop.test:${port}`;
    const http = client(url, 1, TRUSTING);
    for (let i = 0; i < 2; i++)
      expect(await http.send(GET, LONG_MS)).toMatchObject({ answer: { body: `asked for shop.test:${port}` } });
    const viewer = dial(url, TRUSTING);
    const heard = later();
    viewer.onMessage = (text) => text !== '' && heard.done();
    await heard.promise;
    viewer.wire!.cut();
    expect(viewer.messages).toEqual(['', 'data: one']);
    expect(proxy.asked).toEqual([`shop.test:${port}`, `shop.test:${port}`]);
  });

  it('that speaks TLS itself, and wants to know who asks', async () => {
    const port = await room(true);
    const proxy = await new ConnectProxy(true).start();
    withProxies({ HTTPS_PROXY: `https://m%C3%A4rz:p%40ss@127.0.0.1:${proxy.port}` });
    const options = { tls: { ca: SHOP.cert + HERE.cert } };
    const viewer = dial(`wss://shop.test:${port}`, options);
    await viewer.whenOpen;
    expect(await echoOf(viewer, 'hello')).toBe('hello');
    expect(await client(`https://shop.test:${port}`, 1, options).send(GET, LONG_MS)).toMatchObject({
      answer: { status: 200 },
    });
    const known = `Basic ${Buffer.from('märz:p@ss').toString('base64')}`;
    expect(proxy.credentials).toEqual([known, known]);
  });

  it('a line can be paused, and goes on', async () => {
    const port = await room(false);
    const proxy = await new ConnectProxy().start();
    withProxies({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    const [viewer, other] = [dial(`ws://shop.test:${port}`), dial(`ws://shop.test:${port}`)];
    await Promise.all([viewer.whenOpen, other.whenOpen]);
    viewer.wire!.pause();
    viewer.wire!.send('while paused');
    for (let i = 0; i < 5; i++) await echoOf(other, 'ball');
    expect(viewer.wire!.poll()).toBe(false);
    expect(viewer.messages).toEqual([]);
    const heard = later();
    viewer.onMessage = () => heard.done();
    viewer.wire!.resume();
    await heard.promise;
    expect(viewer.messages).toEqual(['while paused']);
  });

  it('without a scheme, which is http: for everybody', async () => {
    const port = await room(true);
    const proxy = await new ConnectProxy().start();
    withProxies({ HTTPS_PROXY: `127.0.0.1:${proxy.port}` });
    await dial(`wss://shop.test:${port}`, TRUSTING).whenOpen;
    expect(proxy.asked).toEqual([`shop.test:${port}`]);
  });
});

describe('no proxy is asked', () => {
  it.each(['127.0.0.1', 'localhost'])('for this machine, as %s', async (host) => {
    const port = await room(false);
    const proxy = await new ConnectProxy().start();
    withProxies({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    await dial(`ws://${host}:${port}`).whenOpen;
    expect(await client(`http://${host}:${port}`).send(GET, LONG_MS)).toMatchObject({ answer: { status: 200 } });
    expect(proxy.asked).toEqual([]);
  });

  it('for what NO_PROXY names', async () => {
    const proxy = await new ConnectProxy().start();
    withProxies({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: '.invalid' });
    expect(await dial('ws://shop.invalid:1').whenClosed).toMatchObject({
      reason: expect.stringContaining('shop.invalid'),
    });
    expect(await client('http://shop.invalid:1').send(GET, LONG_MS)).toMatchObject({ failure: 'refused' });
    expect(proxy.asked).toEqual([]);
  });
});

describe('a proxy that does not help', () => {
  it.each([403, 407, 502])('answers with %i: nothing was sent, and that is said', async (status) => {
    const proxy = await new ConnectProxy().start();
    proxy.refusal = status;
    withProxies({ HTTP_PROXY: `http://joe:secret@127.0.0.1:${proxy.port}` });
    const reason = `the proxy 127.0.0.1:${proxy.port} answered with ${status}`;
    expect(await dial('ws://shop.test').whenClosed).toEqual({ code: 1006, reason, status: null });
    expect(await dial('http://shop.test').whenClosed).toEqual({ code: 1006, reason, status: null });
    expect(await client('http://shop.test').send(GET, LONG_MS)).toMatchObject({
      failure: 'refused',
      code: `PROXY_${status}`,
    });
    expect(proxy.asked).toEqual(['shop.test:80', 'shop.test:80', 'shop.test:80']);
  });

  it.each([
    ['hangs up', '', /hung up/],
    ['does not speak HTTP', 'hello\r\n\r\n', /did not answer in HTTP/],
  ])('%s', async (_name, words, reason) => {
    const port = await listen(createPlainServer((socket) => socket.once('data', () => socket.end(words))));
    withProxies({ HTTP_PROXY: `http://127.0.0.1:${port}` });
    expect(await dial('ws://shop.test').whenClosed).toMatchObject({ reason: expect.stringMatching(reason) });
    expect(await client('http://shop.test').send(GET, LONG_MS)).toMatchObject({
      failure: 'refused',
      code: 'PROXY_BROKEN',
    });
  });

  it.each(['socks5://joe:secret@127.0.0.1:1', 'http://joe:secret@:x'])('is none that we know: %s', async (address) => {
    withProxies({ HTTP_PROXY: address });
    const { reason } = await dial('ws://shop.test').whenClosed;
    expect(reason).toMatch(/the proxy of the environment is/);
    expect(reason).not.toContain('secret');
    expect(await client('http://shop.test').send(GET, LONG_MS)).toMatchObject({
      failure: 'refused',
      code: 'PROXY_UNUSABLE',
    });
  });

  it('is not waited for by a viewer who has left', async () => {
    const connected = later();
    const gone = later();
    const port = await listen(
      createPlainServer((socket) => {
        socket.on('close', () => gone.done());
        socket.once('data', () => connected.done());
      }),
    );
    withProxies({ HTTP_PROXY: `http://127.0.0.1:${port}` });
    const viewer = dial('ws://shop.test');
    await connected.promise;
    viewer.wire!.cut();
    await gone.promise;
    expect(viewer.events).toEqual([]);
  });
});

it('what the target has said along with the answer of the proxy is heard', async () => {
  const proxy = await new ConnectProxy().start();
  const port = await listen(createPlainServer());
  proxy.early = 'HTTP/1.1 418 Teapot\r\n\r\n';
  withProxies({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
  expect(await dial(`ws://shop.test:${port}`).whenClosed).toMatchObject({ status: 418 });
});
