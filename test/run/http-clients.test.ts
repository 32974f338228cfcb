import type { IncomingMessage } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { HttpClients } from '../../sim/run/http-clients.ts';
import type { HttpOptions } from '../../sim/run/http.ts';
import { answering, GET, LONG_MS, until } from './http-rig.ts';

interface Place {
  readonly origin: string;
  readonly requests: IncomingMessage[];
  connections: number;
}

/** Answers with its name, but for `/never`, and leads `/away` elsewhere. */
async function place(name: string): Promise<Place> {
  const requests: IncomingMessage[] = [];
  const known = new Set<unknown>();
  const origin = await answering((request, response) => {
    requests.push(request);
    if (!known.has(request.socket)) {
      known.add(request.socket);
      here.connections++;
      request.socket.once('close', () => here.connections--);
    }
    if (request.url === '/away') response.writeHead(302, { location: '/' });
    if (request.url !== '/never') response.end(name);
  });
  const here: Place = { origin, requests, connections: 0 };
  return here;
}

function clients(
  connectionsPerOrigin = 2,
  options: HttpOptions & { hosts?: readonly string[] | null } = {},
): HttpClients {
  const http = new HttpClients(connectionsPerOrigin, options);
  onTestFinished(() => http.destroy());
  return http;
}

it('asks each origin over connections of its own', async () => {
  const [shop, chat] = [await place('shop'), await place('chat')];
  const http = clients(2);
  const ask = ({ origin }: Place) => http.send({ ...GET, origin }, LONG_MS);
  const results = await Promise.all([shop, shop, shop, chat, shop].map(ask));
  expect(results.map((result) => 'answer' in result && result.answer.body)).toEqual([
    'shop',
    'shop',
    'shop',
    'chat',
    'shop',
  ]);
  expect([shop.connections, chat.connections]).toEqual([2, 1]);
});

it('goes where the request says before it goes where it is sent', async () => {
  const [shop, chat] = [await place('shop'), await place('chat')];
  const http = clients();
  expect(await http.sendTo(shop.origin, GET, LONG_MS)).toMatchObject({ answer: { body: 'shop' } });
  expect(await http.sendTo(shop.origin, { ...GET, origin: chat.origin }, LONG_MS)).toMatchObject({
    answer: { body: 'chat' },
  });
});

it.each(['', 'shop', 'ftp://shop.test', 'http://'])('refuses what is no origin: "%s"', async (origin) => {
  expect(await clients().send({ ...GET, origin }, LONG_MS)).toEqual({
    failure: 'refused',
    code: 'ERR_INVALID_URL',
    queuedMs: 0,
  });
});

it('asks no host that was not named', async () => {
  const shop = await place('shop');
  const port = new URL(shop.origin).port;
  const http = clients(2, { hosts: ['shop.test', 'LOCALHOST', '[::1]'] });
  const ask = (origin: string) => http.sendTo('http://shop.test', { ...GET, origin }, LONG_MS);
  expect(await ask(shop.origin)).toEqual({ failure: 'refused', code: 'HOST_NOT_NAMED', queuedMs: 0 });
  expect(await ask(`http://localhost.evil.test:${port}`)).toMatchObject({ code: 'HOST_NOT_NAMED' });
  expect(await ask(`http://localhost@127.0.0.1:${port}`)).toMatchObject({ code: 'HOST_NOT_NAMED' });
  expect(await ask('nowhere')).toMatchObject({ code: 'ERR_INVALID_URL' });
  expect(shop.requests).toHaveLength(0);
  expect(await ask(`http://LocalHost:${port}`)).toMatchObject({ answer: { body: 'shop' } });
  // Named with brackets, meant without.
  expect(await ask('http://[::1]:1')).not.toMatchObject({ code: 'HOST_NOT_NAMED' });
  expect(await clients(2, { hosts: null }).send({ ...GET, origin: shop.origin }, LONG_MS)).toHaveProperty('answer');
  expect(await clients(2, { hosts: [] }).send({ ...GET, origin: shop.origin }, LONG_MS)).toHaveProperty('failure');
});

it('does not follow redirects', async () => {
  const shop = await place('shop');
  const result = await clients().send({ method: 'GET', path: '/away', origin: shop.origin }, LONG_MS);
  expect(result).toMatchObject({ answer: { status: 302 } });
  expect('answer' in result && result.answer.header('location')).toBe('/');
  expect(shop.requests).toHaveLength(1);
});

it('knows what is in flight everywhere, and ends all of it', async () => {
  const [shop, chat] = [await place('shop'), await place('chat')];
  const http = clients();
  const all = [shop, chat].map(({ origin }) => http.send({ method: 'GET', path: '/never', origin }, LONG_MS));
  await until(() => shop.requests.length + chat.requests.length === 2);
  expect(http.inFlight).toBe(2);
  await http.destroy();
  expect(http.inFlight).toBe(0);
  expect(await Promise.all(all)).toMatchObject([{ failure: 'broken' }, { failure: 'broken' }]);
  const other = await place('other');
  for (const { origin } of [shop, other])
    expect(await http.send({ ...GET, origin }, LONG_MS)).toMatchObject({ failure: 'refused' });
  expect(other.requests).toEqual([]);
});

it('ends the connections of a viewer who has left, wherever they are', async () => {
  const [shop, chat] = [await place('shop'), await place('chat')];
  const http = clients(9, { policy: 'per-viewer' });
  for (const viewer of [1, 2])
    await Promise.all([shop, chat].map(({ origin }) => http.send({ ...GET, origin }, LONG_MS, viewer)));
  expect([shop.connections, chat.connections]).toEqual([2, 2]);
  http.left(1);
  await until(() => shop.connections === 1 && chat.connections === 1);
});

it('says who asks, unless the request does', async () => {
  const shop = await place('shop');
  const http = clients(1, { userAgent: 'flashcrowd/1' });
  await http.send({ ...GET, origin: shop.origin }, LONG_MS);
  await http.send({ ...GET, origin: shop.origin, headers: { 'x-a': '1' } }, LONG_MS);
  await http.send({ ...GET, origin: shop.origin, headers: { 'user-agent': 'phone' } }, LONG_MS);
  expect(shop.requests.map(({ headers }) => [headers['user-agent'], headers['x-a']])).toEqual([
    ['flashcrowd/1', undefined],
    ['flashcrowd/1', '1'],
    ['phone', undefined],
  ]);
});
