/** What one would write first: a server with `ws` that sends every message to everybody with `ws.send`. Reports its port. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, backlog: 4096 });
let seq = 0;
server.on('connection', (viewer, request) => {
  const from = new URL(request.url ?? '', 'http://peer').searchParams.get('name');
  viewer.send(
    JSON.stringify({ t: 'welcome', room: 'main', seq, viewers: server.clients.size, at: Date.now(), cues: [] }),
  );
  viewer.on('message', (data) => {
    const { text, ref } = JSON.parse(String(data)) as { text: string; ref: number };
    viewer.send(JSON.stringify({ t: 'ack', ref, ok: true }));
    const message = JSON.stringify({ t: 'chat', seq: ++seq, at: Date.now(), from, text });
    for (const client of server.clients) client.send(message);
  });
});
server.once('listening', () => {
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, adminToken: '' });
});
process.on('disconnect', () => process.exit());
