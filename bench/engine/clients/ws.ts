/** What one would write with `ws`: JSON.parse of every frame, and the lag into a histogram. Commands as those of native/client.c. */
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../../server-stub/protocol.ts';
import { Histogram } from '../../../sim/metrics/histogram.ts';

const AT_ONCE = 64;
const port = Number(process.argv[2]);
const lags = new Histogram();
let begun = 0;
let welcomed = 0;

const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

function dial(viewers: number, rooms: number): void {
  const room = `room-${begun % rooms}`;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rooms/${room}/ws?viewer=bench-${begun++}`, {
    perMessageDeflate: false,
  });
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as ServerFrame;
    if (frame.t === 'chat') lags.record(performance.timeOrigin + performance.now() - frame.at);
    else if (frame.t === 'welcome') {
      if (++welcomed === viewers) say({ event: 'connected', count: welcomed });
      if (begun < viewers) dial(viewers, rooms);
    }
  });
  socket.on('error', (error) => {
    say({ event: 'failed', message: error.message });
    process.exit(1);
  });
}

createInterface(process.stdin)
  .on('line', (line) => {
    const [command, viewers, rooms] = line.split(' ');
    if (command === 'count') say({ event: 'counted', count: lags.count, p99Ms: lags.quantile(0.99) });
    else for (let i = 0; i < AT_ONCE && begun < Number(viewers); i++) dial(Number(viewers), Number(rooms));
  })
  .on('close', () => process.exit(0));
say({ event: 'loaded' });
