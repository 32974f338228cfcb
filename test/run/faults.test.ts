import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { missing, unhealthy } from '../../sim/run/faults.ts';
import { cueEntry, findingsOf, type FakeFleet } from './findings.ts';

const SHOW: ScenarioInput = {
  name: 'watched',
  duration: '1m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: '1/s' } },
  products: { mug: { title: 'Mug', price: 'USD 5', stock: 10 } },
  show: [
    { at: '10s', cue: 'pin', product: 'mug' },
    { at: '20s', cue: 'call', say: '1' },
  ],
  health: { lateStartP99: '100ms', loopDelayP99: '80ms' },
};

/** Without the last line, which says what to change. */
function sickness(delays: FakeFleet['delays']): string[] {
  const said = unhealthy(findingsOf(SHOW, 0, {}, { delays }));
  return said.slice(0, -1);
}

describe('a generator that could not keep up', () => {
  it('is not there when every worker is within its bounds, exactly at them too', () => {
    const atBounds = [{}, { lateStart: 100, loopDelay: 80, receiveWait: 100 }];
    expect(unhealthy(findingsOf(SHOW, 0, {}, { delays: atBounds }))).toEqual([]);
  });

  it('is found worker by worker: three healthy ones do not hide a sick one', () => {
    const said = sickness([{}, {}, { lateStart: 101 }, {}]);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('Worker 2 was late: p99 of late starts 101 ms, bound 100 ms');
  });

  it('is told of each worker and each bound', () => {
    const said = sickness([{ loopDelay: 500 }, { lateStart: 300, loopDelay: 90, receiveWait: 101 }]);
    expect(said.map((line) => line.split(':')[0])).toEqual([
      'Worker 0 was blocked',
      'Worker 1 was late',
      'Worker 1 was blocked',
      'Worker 1 read late',
    ]);
  });

  it('is not looked for in a worker that died, or when nothing was played', () => {
    expect(unhealthy(findingsOf(SHOW, 0, {}, { delays: [null, {}] }))).toEqual([]);
    expect(unhealthy(findingsOf(SHOW, 0, { playedMs: 0 }, { delays: [{ lateStart: 999 }] }))).toEqual([]);
  });

  it('is a host who gives a cue late, by when it could have been given', () => {
    const cues = [
      cueEntry(0, 10_000, { sentMs: 10_101 }),
      // The answer to the one before was late: that is the backend's doing.
      cueEntry(1, 20_000, { sentMs: 24_003, freeMs: 24_000 }),
    ];
    const said = unhealthy(findingsOf(SHOW, 0, { cues }));
    expect(said).toEqual(['The host was late: pin:mug#1 was given 101 ms after its moment, bound 100 ms.']);
    expect(unhealthy(findingsOf(SHOW, 0, { cues: [cueEntry(0, 10_000, { sentMs: 10_100 })] }))).toEqual([]);
    const unsent = [cueEntry(0, 10_000, { sentMs: null, status: 'not_reached' })];
    expect(unhealthy(findingsOf(SHOW, 0, { cues: unsent }))).toEqual([]);
  });
});

describe('what was missing', () => {
  it.each([
    [99, 1, []],
    [990, 10, []],
    [989, 11, ['11 of 1000 viewers could not connect before the window.']],
    [98, 2, ['2 of 100 viewers could not connect before the window.']],
    [0, 0, []],
    [0, 1, ['1 of 1 viewers could not connect before the window.']],
  ])('with %i viewers connected before the window and %i not', (connected, failed, said) => {
    expect(missing(findingsOf(SHOW, 0, {}, { connected, failed }))).toEqual(said);
  });

  it('names every cue that the backend did not take', () => {
    const cues = [cueEntry(0, 10_000, { status: 'failed', refused: true }), cueEntry(1, 20_000, { status: 'failed' })];
    expect(missing(findingsOf(SHOW, 0, { cues }))).toEqual([
      'The backend did not take the cue pin:mug#1.',
      'The backend did not take the cue call:1#1.',
    ]);
    expect(missing(findingsOf(SHOW, 0, { cues: [cueEntry(0, 10_000)] }))).toEqual([]);
  });

  it('names a cue that was not reached, but not in a run that ended early', () => {
    const cues = [cueEntry(0, 10_000), cueEntry(1, 20_000, { sentMs: null, status: 'not_reached' })];
    expect(missing(findingsOf(SHOW, 0, { cues }))).toEqual(['The cue call:1#1 was not given.']);
    expect(missing(findingsOf(SHOW, 0, { cues, ending: { kind: 'interrupted' } }))).toEqual([]);
  });
});
