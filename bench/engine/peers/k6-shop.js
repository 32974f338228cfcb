// Purchases in k6: each VU keeps one connection.
import { check, sleep } from 'k6';
import http from 'k6/http';

const vus = Number(__ENV.LINES);

export const options = {
  scenarios: {
    buy: {
      executor: 'per-vu-iterations',
      exec: 'buy',
      vus,
      iterations: Number(__ENV.POSTS) / vus,
      startTime: '6s',
      maxDuration: '5m',
    },
    // Keeps the process until its CPU time has been read.
    linger: { executor: 'per-vu-iterations', exec: 'linger', vus: 1, iterations: 1, maxDuration: '5m' },
  },
};

export function buy() {
  const cart = {
    viewer: 'bench-000001',
    product: 'serum',
    units: 1,
    note: 'padded to one hundred bytes, as a cart is',
  };
  const answer = http.post(`http://127.0.0.1:${__ENV.PORT}/carts`, JSON.stringify(cart), {
    headers: { 'content-type': 'application/json' },
  });
  check(answer, { created: ({ status }) => status === 201 });
}

export function linger() {
  sleep(15);
}

export function handleSummary({ metrics }) {
  return { stdout: JSON.stringify({ handled: metrics.checks ? metrics.checks.values.passes : 0 }) };
}
