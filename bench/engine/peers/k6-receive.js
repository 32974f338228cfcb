// Viewers in k6: 100 sockets a VU, JSON.parse of every frame, the lag into a Trend. Counted here, in the script: k6 itself counts what has
// come into its memory, though the script has not seen it yet. The first `count` frame begins the part that is measured, the second ends it.
import { Counter, Trend } from 'k6/metrics';
import { WebSocket } from 'k6/websockets';

const SOCKETS_A_VU = 100;
const viewers = Number(__ENV.VIEWERS);
const lag = new Trend('lag');
const handled = new Counter('handled');

export const options = {
  scenarios: {
    watch: {
      executor: 'per-vu-iterations',
      exec: 'watch',
      vus: Math.max(1, Math.ceil(viewers / SOCKETS_A_VU)),
      iterations: 1,
      // So that what the VUs themselves cost is over when the sockets come.
      startTime: '6s',
      maxDuration: '10m',
    },
  },
  summaryTrendStats: ['p(99)'],
};

export function watch() {
  const first = (__VU - 1) * SOCKETS_A_VU;
  for (let i = first; i < Math.min(viewers, first + SOCKETS_A_VU); i++) dial(i);
}

function dial(number) {
  const socket = new WebSocket(`ws://127.0.0.1:${__ENV.PORT}/rooms/main/ws?viewer=bench-${number}`);
  let count = 0;
  let marks = 0;
  socket.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(data);
    if (frame.t === 'chat') {
      count++;
      lag.add(Date.now() - frame.at);
    } else if (frame.t === 'count') {
      if (++marks === 2) handled.add(count);
      count = 0;
    }
  });
}

export function handleSummary({ metrics }) {
  const counted = metrics.handled ? metrics.handled.values.count : 0;
  const p99Ms = metrics.lag ? metrics.lag.values['p(99)'] : 0;
  return { stdout: JSON.stringify({ handled: counted, p99Ms }) };
}
