import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { HttpClient } from '../../sim/run/http.ts';
import { LocalAddresses } from '../../sim/run/wire/local-addresses.ts';

/**
 * To be run where an address has few ephemeral ports. Takes some ports of 127.0.0.2 away, has each of so many viewers ask once over a
 * connection of its own, all at a time, and prints what became of it as JSON.
 */
const [viewers, taken, addresses] = process.argv.slice(2);

// Ports below the ephemeral ones; there is nobody else in this network.
const BACKEND_PORT = 5000;
const OTHER_PORT = 5001;

const from: Record<string, number> = {};
const backend = createServer((_, response) => response.end('done'));
backend.on('connection', ({ remoteAddress }) => (from[remoteAddress!] = (from[remoteAddress!] ?? 0) + 1));
backend.listen(BACKEND_PORT, '127.0.0.1');
await once(backend, 'listening');
const other = createServer().listen(OTHER_PORT, '127.0.0.1');
await once(other, 'listening');
for (let i = 0; i < Number(taken); i++) {
  await once(connect({ host: '127.0.0.1', port: OTHER_PORT, localAddress: '127.0.0.2' }), 'connect');
}

const http = new HttpClient(`http://127.0.0.1:${BACKEND_PORT}`, Number(viewers), {
  policy: 'per-viewer',
  localAddresses: new LocalAddresses(addresses.split(',')),
});
const results = await Promise.all(
  Array.from({ length: Number(viewers) }, (_, viewer) => http.send({ method: 'GET', path: '/' }, 20_000, viewer)),
);
const failures = results.flatMap((result) => ('failure' in result ? [`${result.failure} ${result.code}`] : []));
process.stdout.write(JSON.stringify({ answered: results.length - failures.length, failures, from }));
process.exit(0);
