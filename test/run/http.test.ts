import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HttpClient } from '../../sim/run/http.ts';

const GET = { method: 'GET', path: '/' } as const;
/** Long enough to count as never. */
const LONG_MS = 20_000;

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(baseUrl: string, connections = 1): HttpClient {
  const http = new HttpClient(baseUrl, connections);
  onTestFinished(() => http.destroy());
  return http;
}

const answering = (listener: RequestListener): Promise<string> => listen(createHttpServer(listener));
const speaking = (onConnection: (socket: Socket) => void): Promise<string> => listen(createServer(onConnection));

/** A port that was free a moment ago. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe('an HTTP client', () => {
  it('gives the status and the whole body, also of a refusal', async () => {
    const url = await answering((request, response) => {
      let sent = '';
      request.on('data', (chunk: Buffer) => (sent += chunk.toString()));
      request.on('end', () => response.writeHead(409).end(`${request.method} ${request.headers['x-key']} ${sent}`));
    });
    const request = { method: 'POST', path: '/', headers: { 'x-key': 'k1' }, body: 'two units' } as const;
    expect(await client(url).send(request, LONG_MS)).toMatchObject({
      answer: { status: 409, body: 'POST k1 two units' },
    });
  });

  it('says "refused" when nobody listens: the request never left', async () => {
    expect(await client(await closedPort()).send(GET, LONG_MS)).toMatchObject({ failure: 'refused' });
  });

  it('says "timeout" when the server takes the request and never answers', async () => {
    let received = 0;
    const url = await answering(() => void received++);
    expect(await client(url).send(GET, 200)).toMatchObject({ failure: 'timeout' });
    expect(received).toBe(1);
  });

  it('bounds the whole answer, not the pauses in it', async () => {
    const url = await answering((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await client(url).send(GET, 300)).toMatchObject({ failure: 'timeout' });
  });

  it('has a request wait for a free connection, says how long, and counts that as part of its time', async () => {
    const url = await answering((request, response) => {
      if (request.url === '/second') response.end('late, but in time');
    });
    const http = client(url, 1);
    const first = http.send(GET, 300);
    const second = http.send({ method: 'GET', path: '/second' }, LONG_MS);
    const tooShort = http.send({ method: 'GET', path: '/third' }, 200);
    expect(http.inFlight).toBe(3);
    expect(await first).toMatchObject({ failure: 'timeout' });
    const result = await second;
    expect(result).toMatchObject({ answer: { body: 'late, but in time' } });
    expect(result.queuedMs).toBeGreaterThan(250);
    expect((await first).queuedMs).toBeLessThan(100);
    // Its time was over before it had a connection: it never left.
    expect(await tooShort).toMatchObject({ failure: 'refused' });
    expect(http.inFlight).toBe(0);
  });

  it('gives connections in the order in which they were asked for, also to one that asks again at once', async () => {
    const arrived: string[] = [];
    const url = await answering((request, response) => {
      arrived.push(request.url!);
      response.end('done');
    });
    const http = client(url, 1);
    const ask = (path: string) => http.send({ method: 'GET', path }, LONG_MS);
    const again = ask('/1').then(() => ask('/again'));
    await Promise.all([again, ask('/2'), ask('/3'), ask('/4')]);
    expect(arrived).toEqual(['/1', '/2', '/3', '/4', '/again']);
  });

  it('waits for nothing while a connection is free', async () => {
    const url = await answering((_, response) => response.end('done'));
    const http = client(url, 4);
    const results = await Promise.all(Array.from({ length: 4 }, () => http.send(GET, LONG_MS)));
    for (const { queuedMs } of results) expect(queuedMs).toBeLessThan(5);
  });

  it.each([
    ['before it answers', (socket: Socket) => socket.once('data', () => socket.destroy())],
    ['before it reads', (socket: Socket) => socket.resetAndDestroy()],
    [
      'in the middle of the answer',
      (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
    ],
    ['with something that is not HTTP', (socket: Socket) => socket.once('data', () => socket.end('what?\r\n\r\n'))],
  ])('says "broken" when the server cuts the line %s', async (_, serve) => {
    expect(await client(await speaking(serve)).send(GET, LONG_MS)).toMatchObject({ failure: 'broken' });
  });

  it('works again after a failure', async () => {
    let requests = 0;
    const url = await answering((request, response) => {
      if (requests++ === 0) request.socket.destroy();
      else response.end('fine');
    });
    const http = client(url);
    expect(await http.send(GET, LONG_MS)).toMatchObject({ failure: 'broken' });
    expect(await http.send(GET, LONG_MS)).toMatchObject({ answer: { status: 200, body: 'fine' } });
  });

  it('ends everything that is under way on destroy, before destroy returns', async () => {
    let received = (): void => undefined;
    const arrived = new Promise<void>((resolve) => (received = resolve));
    const url = await answering(() => received());
    // Two have a connection, two wait for one.
    const http = client(url, 2);
    const ended: unknown[] = [];
    for (let i = 0; i < 4; i++) void http.send(GET, LONG_MS).then((result) => ended.push(result));
    await arrived;
    expect(http.inFlight).toBe(4);
    await http.destroy();
    // What had left may have been carried out; what waited was not.
    const failures = ended.map((result) => (result as { failure: string }).failure);
    expect(failures.sort()).toEqual(['broken', 'broken', 'refused', 'refused']);
    expect(http.inFlight).toBe(0);
  });
});
