import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { syntheticBytes } from '../../../server-stub/video/bytes.ts';
import type { MediaAnswer, MediaRequest } from '../../../sim/run/video/media-http.ts';
import { realTimers } from '../../../sim/run/video/timers.ts';
import { UndiciMedia } from '../../../sim/run/video/undici-media.ts';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(listener: Listener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function media(connections = 10, isAllowed: (hostname: string) => boolean = () => true): UndiciMedia {
  const dispatcher = new Agent({ connections, headersTimeout: 0, bodyTimeout: 0 });
  const headers = { 'user-agent': 'test' };
  const http = new UndiciMedia({ dispatcher, connections, timers: realTimers, headers, isAllowed });
  onTestFinished(() => http.destroy());
  return http;
}

function read(http: UndiciMedia, url: string, some: Partial<MediaRequest> = {}): Promise<MediaAnswer> {
  const request = {
    url,
    range: null,
    keepsBody: false,
    bitsPerSec: Infinity,
    firstByteAtMostMs: 5000,
    atMostMs: 10_000,
  };
  return new Promise((resolve) => http.get({ ...request, ...some }, resolve));
}

describe('media over undici', () => {
  it('counts what it throws away, and keeps what it is told to', async () => {
    const url = await serve((_, response) => response.end(syntheticBytes(300_000)));
    const http = media();
    expect(await read(http, url)).toMatchObject({ status: 200, failure: null, bytes: 300_000, body: null });
    const kept = await read(http, url, { keepsBody: true });
    expect(kept.body?.equals(syntheticBytes(300_000))).toBe(true);
  });

  it('reads at the bandwidth of its viewer', async () => {
    const url = await serve((_, response) => response.end(syntheticBytes(250_000)));
    // 2 Mbit at 4 Mbit/s.
    const { tookMs, firstByteMs, bytes } = await read(media(), url, { bitsPerSec: 4e6 });
    expect(bytes).toBe(250_000);
    expect(tookMs - firstByteMs).toBeGreaterThan(485);
    expect(tookMs).toBeLessThan(1500);
  });

  it('holds back the sender: what is not read is not in our memory', async () => {
    let written = 0;
    const url = await serve((_, response) => {
      const more = (): void => {
        while (response.write(syntheticBytes(1_000_000)) && written < 200) written++;
        if (++written < 200) response.once('drain', more);
      };
      more();
    });
    const http = media();
    const before = process.memoryUsage().arrayBuffers;
    const { failure } = await read(http, url, { bitsPerSec: 1e6, atMostMs: 600 });
    expect(failure).toBe('timeout');
    // What fits into the buffers of two sockets, of 200 MB.
    expect(written).toBeLessThan(60);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40e6);
  });

  it('asks for a range of bytes, and says who it is', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve(({ headers }, response) => {
      asked.push(headers.range, headers['user-agent']);
      response.writeHead(206).end('x');
    });
    const http = media();
    await read(http, url, { range: { offsetBytes: 100, lengthBytes: 50 } });
    await read(http, url, { range: { offsetBytes: 100, lengthBytes: null } });
    expect(asked).toEqual(['bytes=100-149', 'test', 'bytes=100-', 'test']);
  });

  it('follows redirects, and says where it came to', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/a') response.writeHead(302, { Location: 'b/c' }).end();
      else response.end(request.url);
    });
    const answer = await read(media(), `${url}/a`, { keepsBody: true });
    expect(answer).toMatchObject({ status: 200, url: `${url}/b/c` });
    expect(String(answer.body)).toBe('/b/c');
  });

  it('asks no host that it may not, wherever it is sent', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count++;
      response.writeHead(302, { location: 'http://localhost:9/' }).end();
    });
    const http = media(1, (hostname) => hostname === '127.0.0.1');
    expect(await read(http, url)).toMatchObject({ failure: 'refused', status: 0, url: 'http://localhost:9/' });
    expect(await read(http, url.replace('127.0.0.1', 'localhost'))).toMatchObject({ failure: 'refused' });
    expect(count).toBe(1);
  });

  it('goes round in circles five times', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count++;
      response.writeHead(302, { location: '/' }).end();
    });
    expect(await read(media(), url)).toMatchObject({ status: 302 });
    expect(count).toBe(6);
  });

  it('gives up after its time: for the head, and for all of it', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/head') return;
      response.write('some');
    });
    const http = media();
    expect(await read(http, `${url}/head`, { firstByteAtMostMs: 50 })).toMatchObject({ status: 0, failure: 'timeout' });
    const half = await read(http, `${url}/body`, { atMostMs: 80 });
    expect(half).toMatchObject({ status: 200, failure: 'timeout', bytes: 4 });
  });

  it('tells a refused connection from one that was cut', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => response.destroy());
    });
    const http = media();
    expect(await read(http, url)).toMatchObject({ failure: 'broken', bytes: 4 });
    expect(await read(http, 'http://127.0.0.1:1/')).toMatchObject({ failure: 'refused', status: 0 });
    expect(await read(http, 'http://[nowhere')).toMatchObject({ failure: 'refused' });
  });

  it('lets no more under way than it may, and says how long the others waited', async () => {
    let open = 0;
    let most = 0;
    const url = await serve((_, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        response.end('done');
      }, 60);
    });
    const http = media(2);
    const answers = await Promise.all(Array.from({ length: 6 }, () => read(http, url)));
    expect(most).toBe(2);
    const waits = answers.map(({ queuedMs }) => queuedMs);
    expect(waits[0]).toBeLessThan(30);
    expect(Math.max(...waits)).toBeGreaterThan(100);
    // The wait is ours, not the server's.
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(Math.max(...waits) + 60);
  });

  it('says nothing more of what was cancelled, and makes room for others', async () => {
    const url = await serve((request, response) => {
      if (request.url !== '/never') response.end('here');
    });
    const http = media(1);
    let said = 0;
    const request = { url: `${url}/never`, range: null, keepsBody: false, bitsPerSec: Infinity };
    const never = http.get({ ...request, firstByteAtMostMs: 5000, atMostMs: 5000 }, () => said++);
    const after = read(http, `${url}/next`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    never.cancel();
    expect(await after).toMatchObject({ status: 200 });
    expect(said).toBe(0);
  });

  it('does not keep more of a playlist than any playlist has', async () => {
    const url = await serve((_, response) => {
      for (let i = 0; i < 6; i++) response.write(syntheticBytes(1_000_000));
      response.end();
    });
    expect(await read(media(), url, { keepsBody: true })).toMatchObject({ failure: 'too_long', body: null });
  });
});
