import { createServer } from 'node:https';
import { expect, it, vi } from 'vitest';
import { createDialer } from '../../../sim/run/wire/dialer.ts';
import { client, GET, listen, LONG_MS } from '../http-rig.ts';
import { HERE, SHOP } from './certificates.ts';
import { Viewer } from './rig.ts';

/** As if Node brought this one, and no other. */
vi.mock('node:tls', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  rootCertificates: [(await import('./certificates.ts')).HERE.cert],
}));

it('certificates of our own are trusted besides those of Node', async () => {
  const server = createServer(HERE, (_, response) => response.end('done'));
  const url = await listen(server);
  const ofNode = { tls: { ca: SHOP.cert } };
  const http = client(url.replace('http:', 'https:'), 1, ofNode);
  expect(await http.send(GET, LONG_MS)).toMatchObject({ answer: { body: 'done' } });
});

it.each(['wss', 'https'])('what is no certificate is not passed over (%s)', async (scheme) => {
  const tls = { ca: 'no certificate' };
  const viewer = new Viewer();
  viewer.wire = createDialer({ tls }).dial({ url: `${scheme}://127.0.0.1:1` }, viewer);
  expect(await viewer.whenClosed).toMatchObject({ code: 1006, reason: expect.stringMatching(/PEM|no start line/i) });
  expect(await client('https://127.0.0.1:1', 1, { tls }).send(GET, LONG_MS)).toMatchObject({ failure: 'refused' });
});
