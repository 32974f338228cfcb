import { createServer, type Server } from 'node:https';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { HttpResult } from '../../sim/live/http.ts';
import type { HttpClient } from '../../sim/run/http.ts';
import { answering, client, closedPort, GET, listen, LONG_MS, until } from './http-rig.ts';
import { HERE } from './wire/certificates.ts';

/** A backend that sees who comes over which connection, and answers when it is told. */
class Backend {
  readonly url: Promise<string>;
  /** Paths, in the order in which they came. */
  readonly asked: string[] = [];
  /** The connection that each path came over, numbered from 1. */
  readonly over = new Map<string, number>();
  opened = 0;
  closed = 0;
  /** Answers at once what it is not told to keep. */
  keeps: (path: string) => boolean = () => false;
  private readonly numbers = new Map<Socket, number>();
  private readonly kept = new Map<string, ServerResponse>();

  constructor() {
    this.url = answering((request, response) => {
      const path = request.url!;
      const { socket } = request;
      if (!this.numbers.has(socket)) {
        this.numbers.set(socket, ++this.opened);
        socket.once('close', () => this.closed++);
      }
      this.asked.push(path);
      this.over.set(path, this.numbers.get(socket)!);
      if (this.keeps(path)) this.kept.set(path, response);
      else response.end(path);
    });
  }

  answer(path: string): void {
    this.kept.get(path)!.end(path);
  }

  /** Ends all connections. */
  hangUp(): void {
    for (const socket of this.numbers.keys()) socket.end();
  }

  cut(path: string): void {
    this.kept.get(path)!.socket!.destroy();
  }

  async client(connections: number): Promise<HttpClient> {
    return client(await this.url, connections, { policy: 'per-viewer' });
  }
}

const ask = (http: HttpClient, viewer: number, path: string, timeoutMs = LONG_MS): Promise<HttpResult> =>
  http.send({ method: 'GET', path }, timeoutMs, viewer);
const answered = (path: string) => ({ answer: { status: 200, body: path } });

describe('a connection for each viewer', () => {
  it('is opened at the first request, and kept', async () => {
    const backend = new Backend();
    const http = await backend.client(10);
    for (const path of ['/a1', '/b1', '/a2', '/b2', '/a3']) await ask(http, path.startsWith('/a') ? 1 : 2, path);
    expect(backend.opened).toBe(2);
    expect(new Set(['/a1', '/a2', '/a3'].map((path) => backend.over.get(path))).size).toBe(1);
    expect(backend.over.get('/b1')).toBe(backend.over.get('/b2'));
    expect(backend.over.get('/a1')).not.toBe(backend.over.get('/b1'));
  });

  it('carries one request at a time, in the order in which the viewer asked, and that wait is not ours', async () => {
    const backend = new Backend();
    backend.keeps = (path) => path === '/1';
    const http = await backend.client(10);
    const all = ['/1', '/2', '/3'].map((path) => ask(http, 1, path));
    await until(() => backend.asked.length === 1);
    // Another viewer is not held up.
    expect(await ask(http, 2, '/other')).toMatchObject(answered('/other'));
    expect(backend.asked).toEqual(['/1', '/other']);
    backend.answer('/1');
    for (const result of await Promise.all(all.slice(1))) expect(result.queuedMs).toBe(0);
    expect(backend.asked).toEqual(['/1', '/other', '/2', '/3']);
    expect(backend.opened).toBe(2);
  });

  it('ends when the viewer leaves', async () => {
    const backend = new Backend();
    const http = await backend.client(10);
    await ask(http, 1, '/a');
    await ask(http, 2, '/b');
    http.left(1);
    await until(() => backend.closed === 1);
    await ask(http, 2, '/b2');
    expect(backend.over.get('/b2')).toBe(backend.over.get('/b'));
    // Who comes after it in its row is another viewer.
    await ask(http, 3, '/c');
    expect(backend.opened).toBe(3);
  });

  it('ends with the last answer when the viewer leaves before it', async () => {
    const backend = new Backend();
    backend.keeps = (path) => path === '/1';
    const http = await backend.client(10);
    const all = [ask(http, 1, '/1'), ask(http, 1, '/2')];
    await until(() => backend.asked.length === 1);
    http.left(1);
    expect(backend.closed).toBe(0);
    backend.answer('/1');
    expect(await Promise.all(all)).toMatchObject([answered('/1'), answered('/2')]);
    await until(() => backend.closed === 1);
    expect(backend.opened).toBe(1);
  });

  it('is opened again when the backend has ended it meanwhile', async () => {
    const backend = new Backend();
    const http = await backend.client(1);
    for (let i = 1; i <= 3; i++) {
      expect(await ask(http, 1, `/${i}`)).toMatchObject(answered(`/${i}`));
      backend.hangUp();
      await until(() => backend.closed === i);
    }
    expect(backend.opened).toBe(3);
    expect(await ask(http, 2, '/other')).toMatchObject(answered('/other'));
  });

  it('is no concern of a viewer who has asked for nothing', async () => {
    const backend = new Backend();
    const http = await backend.client(10);
    http.left(1);
    expect(await ask(http, 2, '/')).toMatchObject(answered('/'));
    expect(backend.opened).toBe(1);
  });
});

describe('when there are as many connections as there may be', () => {
  it('the one that has been idle longest makes room', async () => {
    const backend = new Backend();
    const http = await backend.client(3);
    for (const viewer of [1, 2, 3, 1]) await ask(http, viewer, `/${viewer}`);
    expect(await ask(http, 4, '/4')).toMatchObject(answered('/4'));
    await until(() => backend.closed === 1);
    const before = new Map(backend.over);
    for (const viewer of [1, 3]) await ask(http, viewer, `/${viewer}`);
    expect(backend.opened).toBe(4);
    expect([backend.over.get('/1'), backend.over.get('/3')]).toEqual([before.get('/1'), before.get('/3')]);
    // Viewer 2 has to begin anew, in the place of 4.
    await ask(http, 2, '/2');
    expect(backend.opened).toBe(5);
    await until(() => backend.closed === 2);
  });

  it('and none is idle, viewers wait in the order in which they came, and that wait is ours', async () => {
    const backend = new Backend();
    backend.keeps = (path) => path === '/1' || path === '/2';
    const http = await backend.client(2);
    const busy = [ask(http, 1, '/1'), ask(http, 2, '/2')];
    await until(() => backend.asked.length === 2);
    const waiting = [3, 4, 5].flatMap((viewer) => [ask(http, viewer, `/${viewer}`), ask(http, viewer, `/${viewer}x`)]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(backend.asked).toEqual(['/1', '/2']);
    backend.answer('/1');
    const results = await Promise.all(waiting);
    backend.answer('/2');
    await Promise.all(busy);
    expect(backend.asked).toEqual(['/1', '/2', '/3', '/3x', '/4', '/4x', '/5', '/5x']);
    for (const { queuedMs } of results) expect(queuedMs).toBeGreaterThan(50);
    expect(http.inFlight).toBe(0);
  });

  it('never are there more', async () => {
    const backend = new Backend();
    const http = await backend.client(5);
    let asked = 0;
    const viewers = Array.from({ length: 40 }, async (_, viewer) => {
      for (let i = 0; i < 5; i++) {
        expect(await ask(http, viewer, `/${viewer}/${i}`)).toMatchObject(answered(`/${viewer}/${i}`));
        asked++;
        if (i === viewer % 5) http.left(viewer);
      }
    });
    let most = 0;
    await until(() => {
      most = Math.max(most, backend.opened - backend.closed);
      return asked === 200;
    });
    await Promise.all(viewers);
    // The end of a connection reaches the other side a moment after the next has begun.
    expect(most).toBeLessThanOrEqual(3 * 5);
    for (let viewer = 0; viewer < 40; viewer++) {
      const order = backend.asked.filter((path) => path.startsWith(`/${viewer}/`));
      expect(order).toEqual(Array.from({ length: 5 }, (_, i) => `/${viewer}/${i}`));
    }
  });

  it('who waited too long asks for nothing, and the next one has its turn', async () => {
    const backend = new Backend();
    backend.keeps = (path) => path === '/1';
    const http = await backend.client(1);
    const busy = ask(http, 1, '/1');
    await until(() => backend.asked.length === 1);
    const tooShort = ask(http, 2, '/2', 60);
    const patient = ask(http, 3, '/3');
    expect(await tooShort).toMatchObject({ failure: 'refused' });
    expect((await tooShort).queuedMs).toBeGreaterThanOrEqual(59);
    backend.answer('/1');
    expect(await patient).toMatchObject(answered('/3'));
    await busy;
    expect(backend.asked).toEqual(['/1', '/3']);
    // A viewer who gave up once may ask again.
    expect(await ask(http, 2, '/2 again'.replace(' ', '-'))).toMatchObject(answered('/2-again'));
  });

  it('who leaves while it waits is still served, and its connection ends', async () => {
    const backend = new Backend();
    backend.keeps = (path) => path === '/1';
    const http = await backend.client(1);
    const busy = ask(http, 1, '/1');
    await until(() => backend.asked.length === 1);
    const waiting = ask(http, 2, '/2');
    http.left(2);
    backend.answer('/1');
    expect(await waiting).toMatchObject(answered('/2'));
    await busy;
    await until(() => backend.closed === 2);
  });
});

describe('a failure on the connection of a viewer', () => {
  it('ends one request; those behind it go over a new one, in order', async () => {
    const backend = new Backend();
    backend.keeps = (path) => path === '/1';
    const http = await backend.client(1);
    const all = ['/1', '/2', '/3'].map((path) => ask(http, 1, path));
    await until(() => backend.asked.length === 1);
    backend.cut('/1');
    expect(await Promise.all(all)).toMatchObject([{ failure: 'broken' }, answered('/2'), answered('/3')]);
    expect(backend.opened).toBe(2);
    expect(backend.over.get('/2')).toBe(backend.over.get('/3'));
  });

  it('that is a time-out does so too, and a request behind it whose time is over as well never left', async () => {
    const backend = new Backend();
    backend.keeps = (path) => path === '/1';
    const http = await backend.client(1);
    const all = [ask(http, 1, '/1', 150), ask(http, 1, '/2', 100), ask(http, 1, '/3')];
    expect(await Promise.all(all)).toMatchObject([{ failure: 'timeout' }, { failure: 'refused' }, answered('/3')]);
    expect(backend.asked).toEqual(['/1', '/3']);
  });

  it('that nobody answers is "refused", for each of its requests', async () => {
    const http = client(await closedPort(), 1, { policy: 'per-viewer' });
    const all = [1, 1, 2, 3, 3].map((viewer) => ask(http, viewer, '/'));
    for (const result of await Promise.all(all))
      expect(result).toMatchObject({ failure: 'refused', code: 'ECONNREFUSED' });
    expect(http.inFlight).toBe(0);
  });

  it('that is ours ends everything: what was sent is "broken", the rest never left', async () => {
    const backend = new Backend();
    backend.keeps = () => true;
    const http = await backend.client(2);
    const all = [1, 1, 2, 3].map((viewer, i) => ask(http, viewer, `/${i}`));
    await until(() => backend.asked.length === 2);
    http.left(1);
    await http.destroy();
    expect(http.inFlight).toBe(0);
    const failures = (await Promise.all(all)).map((result) => 'failure' in result && result.failure);
    expect(failures).toEqual(['broken', 'refused', 'broken', 'refused']);
    await until(() => backend.closed === 2);
  });
});

describe('over TLS', () => {
  async function secure(): Promise<{ url: string; resumed: () => number; server: Server }> {
    let resumed = 0;
    const server = createServer(HERE, (_, response) => response.end('done'));
    server.on('secureConnection', (socket) => (resumed += socket.isSessionReused() ? 1 : 0));
    const url = await listen(server);
    return { url: url.replace('http:', 'https:'), resumed: () => resumed, server };
  }

  it('each connection makes a handshake of its own, as the first of a phone', async () => {
    const { url, resumed, server } = await secure();
    let connections = 0;
    server.on('secureConnection', () => connections++);
    const http = client(url, 4, { policy: 'per-viewer', tls: { ca: HERE.cert } });
    for (const viewer of [1, 2, 3, 1])
      expect(await http.send(GET, LONG_MS, viewer)).toMatchObject({ answer: { body: 'done' } });
    expect(connections).toBe(3);
    expect(resumed()).toBe(0);
  });

  it('a certificate that is not trusted is said, and nothing was sent', async () => {
    const { url } = await secure();
    const result = await client(url, 1).send(GET, LONG_MS);
    expect(result).toMatchObject({ failure: 'refused', code: expect.stringMatching(/CERT/) });
  });
});
