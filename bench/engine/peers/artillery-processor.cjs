/* What a viewer does in Artillery: JSON.parse of every frame, and the lag into Artillery's own histogram. Counts as k6-receive.js does. */
const { writeFileSync } = require('node:fs');

const viewers = Number(process.env.VIEWERS);
let handled = 0;
let gone = 0;
const lags = [];

function watch(context, events, done) {
  let count = 0;
  let marks = 0;
  context.ws.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.t === 'chat') {
      const lagMs = performance.timeOrigin + performance.now() - frame.at;
      count++;
      events.emit('histogram', 'lag', lagMs);
      // One in ten, for the percentile that the bench prints.
      if (count % 10 === 0) lags.push(lagMs);
    } else if (frame.t === 'count') {
      if (++marks === 2) handled += count;
      count = 0;
    }
  });
  context.ws.on('close', () => {
    if (++gone === viewers) report();
    done();
  });
}

function report() {
  lags.sort((a, b) => a - b);
  writeFileSync(process.env.COUNT_FILE, JSON.stringify({ handled, p99Ms: lags[Math.floor(lags.length * 0.99)] ?? 0 }));
}

module.exports = { watch };
