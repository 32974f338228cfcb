import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../sim/live/message-json.ts';
import type { DoneMessage, FromShard, SecondMessage } from '../../sim/live/messages.ts';
import { Histogram } from '../../sim/metrics/histogram.ts';

function second(): SecondMessage {
  const lags = new Histogram();
  lags.record(12.345);
  lags.record(NaN);
  const sparse = lags.toSparse();
  return {
    type: 'second',
    report: {
      index: 3,
      counters: [1, 0, 2],
      gauges: [40],
      maxima: [null, 1.5, null, 0.25, NaN],
      histograms: [sparse],
      stock: [{ product: 0, left: 7, publishedAtMs: 1_795_600_000_000.125 }],
    },
    metrics: { trends: { 'chat_lag{during:drop:serum}': sparse }, counters: { orders: 2 }, rates: { x: [1, 2] } },
    funnel: Float64Array.from([0, 1, NaN, 3.5, Infinity, -Infinity]),
    cuesReceived: new Float64Array(0),
    leastLagMs: -0.5,
    asked: 3,
    failed: 1,
    health: {
      fromSecond: 3,
      untilSecond: 4,
      stallMs: 1.25,
      stallAtMs: NaN,
      wallMs: 1000,
      cpuMs: 250.5,
      busyShare: 0.25,
      coreWaitMs: null,
      gcMs: 0,
      gcMaxMs: 0,
      rssMiB: 100,
      heap: { usedMiB: 20, limitMiB: 2048 },
      lateStart: { p99Ms: 1, maxMs: 2, judgedMs: null },
      loopDelay: null,
      receiveWait: null,
    },
  };
}

function done(): DoneMessage {
  return {
    type: 'done',
    last: { ...second(), health: null },
    historyLost: 0,
    compressed: false,
    selfDigest: { hi: -1, lo: 2_147_483_647, count: 12 },
    reactionDigest: { hi: 0, lo: 0, count: 0 },
    health: {
      peakViewers: 40,
      cpuSeconds: null,
      maxRssMiB: null,
      delays: { lateStart: null, loopDelay: null, receiveWait: null },
    },
  };
}

const MESSAGES: readonly FromShard[] = [
  { type: 'ramp', connected: 1, failed: 0, total: 4 },
  { type: 'ready', connected: 4, failed: 0 },
  second(),
  { type: 'drained', playedMs: 4000, lastSeq: { main: 12, second: NaN } },
  done(),
  { type: 'note', text: 'a line\nand another, "quoted" \u2028 $n' },
];

describe('messages of a shard as JSON', () => {
  it.each(MESSAGES.map((message) => [message.type, message] as const))('keeps a message whole: %s', (_, message) => {
    const text = encodeMessage(message);
    expect(text).not.toContain('\n');
    expect(decodeMessage(text)).toStrictEqual(message);
  });

  it('keeps typed arrays and what JSON has no number for', () => {
    const back = decodeMessage(encodeMessage(second())) as SecondMessage;
    expect(back.funnel).toBeInstanceOf(Float64Array);
    expect([...back.funnel]).toStrictEqual([0, 1, NaN, 3.5, Infinity, -Infinity]);
    expect(back.health?.stallAtMs).toBeNaN();
    expect(back.report.maxima[4]).toBeNaN();
  });

  it('refuses what is no message', () => {
    for (const text of ['{"type":"go"}', '{"type":"toString"}', '4', 'null', '{}', '{"type":"ramp"'])
      expect(() => decodeMessage(text)).toThrow(SyntaxError);
  });
});
