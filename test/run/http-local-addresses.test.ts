import { expect, it } from 'vitest';
import { LocalAddresses } from '../../sim/run/wire/local-addresses.ts';
import { answering, client, GET, LONG_MS } from './http-rig.ts';

/** RFC 5737: no machine has it. Binding it fails as connecting does when an address has no port left. */
const NOBODYS = '192.0.2.1';

async function backend(): Promise<{ url: string; from: string[] }> {
  const from: string[] = [];
  const url = await answering((request, response) => {
    from.push(request.socket.remoteAddress!);
    response.end('done');
  });
  return { url, from };
}

it('connects from its addresses in turn', async () => {
  const { url, from } = await backend();
  const localAddresses = new LocalAddresses(['127.0.0.1', '127.0.0.2', '127.0.0.3']);
  const http = client(url, 9, { policy: 'per-viewer', localAddresses });
  const results = await Promise.all(Array.from({ length: 9 }, (_, viewer) => http.send(GET, LONG_MS, viewer)));
  for (const result of results) expect(result).toMatchObject({ answer: { body: 'done' } });
  for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.3'])
    expect(from.filter((one) => one === address)).toHaveLength(3);
});

it('goes on to the next address when one has no port', async () => {
  const { url, from } = await backend();
  const localAddresses = new LocalAddresses([NOBODYS, '127.0.0.2', NOBODYS]);
  const http = client(url, 9, { policy: 'per-viewer', localAddresses });
  // At a time, so that they take turns in the midst of each other's tries.
  const results = await Promise.all(Array.from({ length: 9 }, (_, viewer) => http.send(GET, LONG_MS, viewer)));
  for (const result of results) expect(result).toMatchObject({ answer: { body: 'done' } });
  expect(new Set(from)).toEqual(new Set(['127.0.0.2']));
});

it('says "refused" when none has one: the request never left', async () => {
  const { url, from } = await backend();
  const http = client(url, 2, { localAddresses: new LocalAddresses([NOBODYS, NOBODYS]) });
  expect(await http.send(GET, LONG_MS)).toMatchObject({ failure: 'refused', code: 'EADDRNOTAVAIL' });
  expect(from).toEqual([]);
});
