import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answering, client, closedPort, GET, LONG_MS, speaking, until } from './http-rig.ts';

const COOKIE = 'a=1; Expires=Fri, 31 Dec 1999 23:59:59 GMT';

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

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('asks by %s, more than once', async (method) => {
    const url = await answering((request, response) => response.end(request.method));
    const http = client(url);
    for (let i = 0; i < 3; i++) {
      expect(await http.send({ method, path: '/' }, LONG_MS)).toMatchObject({
        answer: { status: 200, body: method === 'HEAD' ? '' : method },
      });
    }
  });

  it('looks headers up by their names, and joins several of one name', async () => {
    const url = await answering((_, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.writeHead(200, [
        'X-Token',
        'für',
        'Set-Cookie',
        COOKIE,
        'x-many',
        'one',
        'set-cookie',
        'b=2',
        'X-Many',
        'two',
        'x-empty',
        '',
      ]);
      response.end('fine');
    });
    const result = await client(url).send(GET, LONG_MS);
    const names = ['x-token', 'set-cookie', 'x-many', 'x-empty', 'x-toke', 'link', 'x-none'];
    expect('answer' in result && names.map((name) => result.answer.header(name))).toEqual([
      'für',
      `${COOKIE}\nb=2`,
      'one, two',
      '',
      null,
      null,
      null,
    ]);
    // What is logged of an answer has no secrets of its headers in it.
    expect(JSON.stringify(result)).not.toContain('a=1');
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

  it('reads a text that comes in pieces, wherever they are cut, without its byte order mark', async () => {
    const text = Buffer.from('\ufeffaé€😀');
    const url = await answering((_, response) => {
      let i = 0;
      const next = (): void => {
        if (i === text.length) return void response.end();
        response.write(text.subarray(i, ++i));
        setImmediate(next);
      };
      next();
    });
    expect(await client(url).send(GET, LONG_MS)).toMatchObject({ answer: { status: 200, body: 'aé€😀' } });
  });

  it('passes over what comes before the answer', async () => {
    const url = await answering((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.writeHead(201).end('made');
    });
    expect(await client(url).send(GET, LONG_MS)).toMatchObject({ answer: { status: 201, body: 'made' } });
  });

  it.each(['with its length', 'without'])('breaks off an answer that is too long (%s)', async (kind) => {
    const url = await answering((_, response) => {
      if (kind === 'with its length') response.setHeader('content-length', 1001);
      response.write('x'.repeat(600));
      response.end('x'.repeat(401));
    });
    expect(await client(url, 1, { maxAnswerBytes: 1000 }).send(GET, LONG_MS)).toMatchObject({ failure: 'broken' });
    expect(await client(url, 1, { maxAnswerBytes: 1001 }).send(GET, LONG_MS)).toMatchObject({
      answer: { status: 200 },
    });
  });

  it('keeps its connection, and opens another when the server ends it', async () => {
    let connections = 0;
    const url = await speaking((socket) => {
      const isFirst = connections++ === 0;
      let asked = 0;
      socket.on('data', () => {
        const close = isFirst && ++asked === 2;
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${close ? 'connection: close\r\n' : ''}\r\n${connections}.`,
        );
        if (close) socket.end();
      });
    });
    const http = client(url, 1);
    const bodies = [];
    for (let i = 0; i < 4; i++) bodies.push(await http.send(GET, LONG_MS));
    expect(bodies.map((result) => 'answer' in result && result.answer.body)).toEqual(['1.', '1.', '2.', '2.']);
  });

  it('never waits for a connection longer than it has time', async () => {
    const url = await answering(() => undefined);
    const http = client(url, 1);
    const first = http.send(GET, LONG_MS);
    const second = await http.send(GET, 100);
    expect(second).toMatchObject({ failure: 'refused' });
    expect(second.queuedMs).toBeGreaterThanOrEqual(100);
    expect(http.inFlight).toBe(1);
    await http.destroy();
    expect(await first).toMatchObject({ failure: 'broken' });
  });

  it('bounds each of many by its own time', async () => {
    const url = await answering(() => undefined);
    const http = client(url, 100);
    const ended: number[] = [];
    const limits = Array.from({ length: 60 }, (_, i) => 50 + ((i * 37) % 60) * 10);
    await Promise.all(
      limits.map(async (limitMs) => {
        const beganMs = performance.now();
        expect(await http.send(GET, limitMs)).toMatchObject({ failure: 'timeout' });
        expect(performance.now() - beganMs).toBeGreaterThanOrEqual(limitMs - 1);
        ended.push(limitMs);
      }),
    );
    // Those of one step of the timer end together, in the order in which they were asked.
    const outOfStep = ended.filter((limitMs, i) => i > 0 && limitMs < ended[i - 1] - 20);
    expect(outOfStep).toEqual([]);
  });

  it('refuses at once after destroy', async () => {
    const http = client(await answering((_, response) => response.end('done')));
    await http.destroy();
    expect(await http.send(GET, LONG_MS)).toMatchObject({ failure: 'refused' });
    expect(http.inFlight).toBe(0);
  });

  it('says "refused" when there is no connection in time: the request never left', async () => {
    const silent = await speaking(() => undefined);
    expect(await client(silent.replace('http:', 'https:')).send(GET, 200)).toMatchObject({
      failure: 'refused',
      code: 'UND_ERR_CONNECT_TIMEOUT',
    });
  });

  it('waits for nothing while a connection is free', async () => {
    const url = await answering((_, response) => response.end('done'));
    const http = client(url, 4);
    const results = await Promise.all(Array.from({ length: 4 }, () => http.send(GET, LONG_MS)));
    for (const { queuedMs } of results) expect(queuedMs).toBeLessThan(5);
  });

  it.each([
    ['before it answers', (socket: Socket) => socket.once('data', () => socket.destroy())],
    [
      'in the middle of the answer',
      (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
    ],
    ['with something that is not HTTP', (socket: Socket) => socket.once('data', () => socket.end('what?\r\n\r\n'))],
  ])('says "broken" when the server cuts the line %s', async (_, serve) => {
    expect(await client(await speaking(serve)).send(GET, LONG_MS)).toMatchObject({ failure: 'broken' });
  });

  it('has no answer from a server that cuts every line at once, whether the request had left by then or not', async () => {
    const result = await client(await speaking((socket) => socket.resetAndDestroy())).send(GET, LONG_MS);
    expect(result).toMatchObject({ failure: expect.stringMatching(/^(refused|broken)$/), code: expect.any(String) });
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
    let received = 0;
    const url = await answering(() => void received++);
    // Two have a connection, two wait for one.
    const http = client(url, 2);
    const ended: unknown[] = [];
    for (let i = 0; i < 4; i++) void http.send(GET, LONG_MS).then((result) => ended.push(result));
    await until(() => received === 2);
    expect(http.inFlight).toBe(4);
    await http.destroy();
    // What had left may have been carried out; what waited was not.
    const failures = ended.map((result) => (result as { failure: string }).failure);
    expect(failures.sort()).toEqual(['broken', 'broken', 'refused', 'refused']);
    expect(http.inFlight).toBe(0);
  });
});
