import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { createDialer } from '../../../sim/run/wire/dialer.ts';
import { LocalAddresses } from '../../../sim/run/wire/local-addresses.ts';
import type { DialerOptions } from '../../../sim/run/wire/shared.ts';
import { until } from '../http-rig.ts';
import { HERE } from './certificates.ts';
import { later, listen, speaking, Viewer } from './rig.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const streaming =
  (then: Answer): Answer =>
  (response, request) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    then(response, request);
  };

async function serving(answer: Answer): Promise<string> {
  const server = createServer((request, response) => answer(response, request));
  return `http://127.0.0.1:${await listen(server)}`;
}

function dial(url: string, options: DialerOptions = {}, headers: Record<string, string> = {}): Viewer {
  const viewer = new Viewer();
  viewer.wire = createDialer(options).dial({ url, headers }, viewer);
  return viewer;
}

/** Resolves when the viewer has heard so many messages, the first and empty one among them. */
function heard(viewer: Viewer, count: number): Promise<void> {
  const all = later();
  const look = (): void => void (viewer.messages.length >= count && all.done());
  viewer.onMessage = look;
  look();
  return all.promise;
}

describe('a line of server-sent events', () => {
  it('opens, is told so by an empty message, and brings every event as it came', async () => {
    const url = await serving(
      streaming((response) => void response.write('data: a\nid: 1\n\n: hello\n\ndata: b\r\n\r\n')),
    );
    const viewer = dial(`${url}/rooms/1?from=0`);
    await heard(viewer, 4);
    expect(viewer.events.slice(0, 2)).toEqual(['opened', 'message']);
    expect(viewer.messages).toEqual(['', 'data: a\nid: 1', ': hello', 'data: b']);
    expect(viewer.wire!.isOpen).toBe(true);
    viewer.wire!.cut();
  });

  it('hears the same of a stream that is written byte by byte', async () => {
    const stream = Buffer.from('data: für 5 €\r\n\r\nevent: x\rdata: y\r\rdata: z\n\n');
    const url = await serving(
      streaming((response) => {
        const write = (i: number): void => {
          if (i === stream.length) return;
          response.write(stream.subarray(i, i + 1));
          setImmediate(write, i + 1);
        };
        write(0);
      }),
    );
    const viewer = dial(url);
    await heard(viewer, 4);
    expect(viewer.messages).toEqual(['', 'data: für 5 €', 'event: x\rdata: y', 'data: z']);
    viewer.wire!.cut();
  });

  it('says what is asked for, by whom, and from where', async () => {
    const asked = later<IncomingMessage>();
    const url = await serving(streaming((_response, request) => asked.done(request)));
    const options = { userAgent: 'flashcrowd/1', localAddresses: new LocalAddresses(['203.0.113.7', '127.0.0.4']) };
    const viewer = dial(`${url.replace('//', '//joe:p%40ss@')}/a?b=1`, options, { 'x-token': 't' });
    const { method, url: path, headers, socket } = await asked.promise;
    expect([method, path, socket.remoteAddress]).toEqual(['GET', '/a?b=1', '127.0.0.4']);
    expect(headers).toMatchObject({
      accept: 'text/event-stream',
      'user-agent': 'flashcrowd/1',
      'x-token': 't',
      authorization: `Basic ${Buffer.from('joe:p@ss').toString('base64')}`,
    });
    viewer.wire!.cut();
  });

  it('goes over TLS', async () => {
    const server = createSecureServer(HERE, (request, response) =>
      streaming(() => void response.write('data: a\n\n'))(response, request),
    );
    const url = `https://127.0.0.1:${await listen(server)}`;
    const viewer = dial(url, { tls: { ca: HERE.cert } });
    await heard(viewer, 2);
    viewer.wire!.cut();
    expect(await dial(url).whenClosed).toMatchObject({ reason: expect.stringMatching(/self-signed/), status: null });
  });

  it.each([204, 302, 401, 404, 429, 500])('does not open when the answer is %i', async (status) => {
    const url = await serving((response) => response.writeHead(status, { location: '/other' }).end());
    const viewer = dial(url);
    const reason = `the request was answered with ${status}`;
    expect(await viewer.whenClosed).toEqual({ code: 1006, reason, status });
    expect(viewer.events).toEqual(['closed']);
  });

  it('does not open when the answer is something else', async () => {
    const url = await serving((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'));
    expect(await dial(url).whenClosed).toMatchObject({
      reason: 'the request was answered with text/html in the place of text/event-stream',
      status: 200,
    });
  });

  it.each<[string, Answer, RegExp]>([
    ['ends the stream', (response) => response.end('data: half\n'), /has ended the stream/],
    ['cuts it', (response) => response.socket!.destroy(), /./],
  ])('closes when the server %s', async (_name, end, reason) => {
    const viewer = dial(await serving(streaming((response, request) => setImmediate(end, response, request))));
    expect(await viewer.whenClosed).toMatchObject({ code: 1006, status: null, reason: expect.stringMatching(reason) });
    expect(viewer.events).toEqual(['opened', 'message', 'closed']);
    expect(viewer.wire!.isOpen).toBe(false);
  });

  it('closes when an event is too long', async () => {
    const url = await serving(streaming((response) => void response.write(`data: a\n\ndata: ${'x'.repeat(2000)}`)));
    const viewer = dial(url, { maxMessageBytes: 1000 });
    expect(await viewer.whenClosed).toMatchObject({ code: 1009, reason: 'event longer than 1000 bytes' });
    expect(viewer.messages).toEqual(['', 'data: a']);
  });

  it('closes when what it brings is refused, and says why', async () => {
    const viewer = dial(await serving(streaming((response) => void response.write(Buffer.from([0xff, 10, 10])))));
    expect(await viewer.whenClosed).toEqual({ code: 1007, reason: 'not UTF-8', status: null });
  });

  it('closes when nobody answers in time', async () => {
    const viewer = dial(await serving(() => undefined), { handshakeTimeoutMs: 30 });
    expect(await viewer.whenClosed).toMatchObject({ reason: 'no answer to the request within 30 ms' });
  });

  it('closes when the answer is not HTTP, or the request cannot be made', async () => {
    const url = await speaking((socket) => socket.once('data', () => socket.end('what?\r\n\r\n')));
    expect(await dial(url.replace('ws:', 'http:')).whenClosed).toMatchObject({ code: 1006, status: null });
    const viewer = dial('http://127.0.0.1:1', {}, { 'bad name': 'x' });
    expect(viewer.events).toEqual([]);
    expect(await viewer.whenClosed).toMatchObject({ reason: expect.stringMatching(/header/) });
  });

  it('stops when it is paused, and goes on with nothing lost', async () => {
    let response: ServerResponse | undefined;
    const url = await serving(streaming((its) => void (response = its)));
    const otherUrl = await serving(streaming((its) => void its.write('data: a\n\n')));
    /** As long as another line needs to open and hear something. */
    const aWhile = async (): Promise<void> => {
      const other = dial(otherUrl);
      await heard(other, 2);
      other.wire!.cut();
    };
    const viewer = dial(url);
    await viewer.whenOpen;
    viewer.wire!.pause();
    response!.write('data: 1\n\n');
    response!.write('data: 2\n\ndata:');
    await aWhile();
    expect(viewer.wire!.poll()).toBe(false);
    expect(viewer.messages).toEqual(['']);
    response!.write(' 3\n\n');
    viewer.wire!.resume();
    await heard(viewer, 4);
    expect(viewer.messages).toEqual(['', 'data: 1', 'data: 2', 'data: 3']);
    // Again, from within a message: those of the same read still follow.
    viewer.onMessage = () => viewer.wire!.pause();
    response!.write('data: 4\n\n');
    await until(() => viewer.messages.length === 5);
    response!.write('data: 5\n\n');
    await aWhile();
    expect(viewer.messages).toHaveLength(5);
    viewer.wire!.resume();
    await heard(viewer, 6);
    expect(viewer.messages.at(-1)).toBe('data: 5');
    viewer.wire!.cut();
  });

  it('says nothing, and ends without a word when the viewer leaves', async () => {
    const gone = later();
    const url = await serving(streaming((response) => void response.on('close', () => gone.done())));
    const viewer = dial(url);
    await viewer.whenOpen;
    expect(viewer.wire!.send('hello')).toBe(false);
    viewer.wire!.close(1000);
    await gone.promise;
    expect(viewer.events).toEqual(['opened', 'message']);
  });

  it('is not called back when the viewer leaves before it is open', async () => {
    const asked = later<ServerResponse>();
    const viewer = dial(await serving((response) => asked.done(response)));
    const response = await asked.promise;
    const gone = later();
    response.on('close', () => gone.done());
    viewer.wire!.cut();
    await gone.promise;
    expect(viewer.events).toEqual([]);
  });

  it('is one of two thousand from one dialer', async () => {
    const responses: ServerResponse[] = [];
    const url = await serving(streaming((response) => void responses.push(response)));
    const dialer = createDialer();
    const viewers = Array.from({ length: 2000 }, () => {
      const viewer = new Viewer();
      viewer.wire = dialer.dial({ url }, viewer);
      return viewer;
    });
    await Promise.all(viewers.map(({ whenOpen }) => whenOpen));
    for (const response of responses) response.write('data: a\n\n');
    await Promise.all(viewers.map((viewer) => heard(viewer, 2)));
    for (const { wire } of viewers) wire!.cut();
  });
});
