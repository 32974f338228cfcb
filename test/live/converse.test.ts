import { describe, expect, it, onTestFinished } from 'vitest';
import { converse, MOST_REQUESTS, type Conversed } from '../../sim/live/converse.ts';
import { HttpClients } from '../../sim/run/http-clients.ts';
import type { Conversation, HttpRequest } from '../../sim/targets/target.ts';
import { answering, LONG_MS, until } from '../run/http-rig.ts';

const get = (path: string, origin?: string): HttpRequest => ({ method: 'GET', path, origin });

/** Answers with the path; `/never` never, and `/cut` by hanging up. */
async function backend(): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const origin = await answering((request, response) => {
    asked.push(request.url!);
    if (request.url === '/cut') request.socket.destroy();
    else if (request.url !== '/never') response.writeHead(request.url === '/no' ? 409 : 200).end(request.url);
  });
  return { origin, asked };
}

function clients(connectionsPerOrigin = 2): HttpClients {
  const http = new HttpClients(connectionsPerOrigin);
  onTestFinished(() => http.destroy());
  return http;
}

/** Asks for these in turn, and ends in the bodies. */
function asking(requests: readonly HttpRequest[], bodies: readonly string[] = []): Conversation<readonly string[]> {
  const [ask, ...others] = requests;
  if (ask === undefined) return { end: bodies };
  return { ask, then: ({ body }) => asking(others, [...bodies, body]) };
}

const run = <T>(origin: string, conversation: Conversation<T>, timeoutMs = LONG_MS): Promise<Conversed<T>> =>
  converse(clients(), origin, conversation, timeoutMs);

describe('a conversation', () => {
  it('ends in what its answers make', async () => {
    const { origin } = await backend();
    expect(await run(origin, asking([get('/a'), get('/b'), get('/c')]))).toMatchObject({
      end: ['/a', '/b', '/c'],
      requests: 3,
      lastAnswer: { status: 200, body: '/c' },
    });
  });

  it('may have nothing to ask', async () => {
    expect(await run('http://127.0.0.1:1', { end: 7 })).toEqual({ end: 7, requests: 0, queuedMs: 0, lastAnswer: null });
  });

  it('goes to the origin of each request, or else to its own', async () => {
    const [shop, chat] = [await backend(), await backend()];
    await run(shop.origin, asking([get('/a'), get('/b', chat.origin), get('/c')]));
    expect([shop.asked, chat.asked]).toEqual([['/a', '/c'], ['/b']]);
  });

  it.each([
    ['/cut', 'broken'],
    ['/never', 'timeout'],
  ])('ends where a request has no answer (%s)', async (path, failure) => {
    const { origin, asked } = await backend();
    expect(await run(origin, asking([get('/no'), get(path), get('/c')]), 300)).toMatchObject({
      failure,
      requests: 2,
      status: 409,
    });
    expect(asked).toEqual(['/no', path]);
  });

  it('that has no answer at all has no status', async () => {
    const result = await run('http://no-such-host.invalid', asking([get('/a')]));
    expect(result).toMatchObject({ failure: 'refused', requests: 1 });
    expect('status' in result && result.status).toBeUndefined();
  });

  it.each([[new Error('what is this?')], ['what is this?']])(
    'ends with an answer that cannot be read: %s',
    async (thrown) => {
      const { origin } = await backend();
      const then = (): Conversation<never> => {
        throw thrown;
      };
      const result = await run(origin, { ask: get('/a'), then: () => ({ ask: get('/b'), then }) });
      expect(result).toMatchObject({ failure: 'broken', requests: 2, lastAnswer: { body: '/b' } });
      expect('thrown' in result && result.thrown).toEqual(new Error('what is this?'));
    },
  );

  it('comes to an end', async () => {
    const { origin, asked } = await backend();
    const forEver = (): Conversation<never> => ({ ask: get('/a'), then: forEver });
    expect(await run(origin, forEver())).toMatchObject({
      failure: 'broken',
      requests: MOST_REQUESTS,
      thrown: { message: 'no end to it after 50 requests' },
    });
    expect(asked).toHaveLength(50);
    // So many are none too many.
    const all = Array.from({ length: 50 }, () => get('/a'));
    expect(await run(origin, asking(all))).toMatchObject({ requests: 50, end: { length: 50 } });
  });

  it('waits for connections of ours, and says how long in all', async () => {
    const { origin, asked } = await backend();
    const http = clients(1);
    const busy = http.sendTo(origin, get('/never'), 200);
    await until(() => asked.length === 1);
    const result = await converse(http, origin, asking([get('/a'), get('/b')]), LONG_MS);
    await busy;
    expect(result).toMatchObject({ end: ['/a', '/b'] });
    expect(result.queuedMs).toBeGreaterThan(150);
    expect(result.queuedMs).toBeLessThan(2000);
  });

  it('tells of each exchange', async () => {
    const { origin } = await backend();
    const told: unknown[] = [];
    await converse(clients(), origin, asking([get('/a'), get('/cut')]), LONG_MS, 1, (request, result, tookMs) => {
      told.push([request.path, 'answer' in result ? result.answer.status : result.failure, tookMs > 0]);
    });
    expect(told).toEqual([
      ['/a', 200, true],
      ['/cut', 'broken', true],
    ]);
  });
});
