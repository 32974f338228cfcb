import { describe, expect, it } from 'vitest';
import { EXIT } from '../../sim/errors.ts';
import type { InvariantResult, ThresholdResult } from '../../sim/result.ts';
import { judge, type Ending } from '../../sim/run/verdict.ts';

const COMPLETE: Ending = { kind: 'complete' };

function threshold(status: ThresholdResult['status'], metric = 'chat_lag'): ThresholdResult {
  const observed = status === 'unknown' ? null : 312.3456;
  return { metric, expression: 'p(99)<250', status, observed, abortOnFail: false, abortedAtMs: null };
}

function invariant(status: InvariantResult['status']): InvariantResult {
  const violations = { pass: 0, fail: 2, unknown: null }[status];
  return {
    id: 'no_oversell',
    title: 'Units sold never exceed stock',
    status,
    violations,
    acceptable: 'A.',
    detail: 'D.',
    evidence: [],
    cases: [],
  };
}

interface Found {
  readonly ending?: Ending;
  readonly thresholds?: readonly ThresholdResult[];
  readonly invariants?: readonly InvariantResult[];
  readonly unhealthy?: readonly string[];
  readonly missing?: readonly string[];
  readonly outside?: readonly string[];
  readonly allowInvalid?: boolean;
}

function verdictOf(found: Found) {
  const nothing = {
    ending: COMPLETE,
    thresholds: [],
    invariants: [],
    unhealthy: [],
    missing: [],
    allowInvalid: false,
  };
  return judge({ ...nothing, ...found, beyond: [], outside: new Set(found.outside) });
}

describe('a verdict', () => {
  it('is passed, without reasons, when everything was judged and held', () => {
    const found = { thresholds: [threshold('pass')], invariants: [invariant('pass')] };
    expect(verdictOf(found)).toEqual({ status: 'passed', exitCode: 0, reasons: [] });
  });

  it('is failed when a threshold is not met, and says what was observed', () => {
    expect(verdictOf({ thresholds: [threshold('pass'), threshold('fail')] })).toEqual({
      status: 'failed',
      exitCode: EXIT.thresholdsFailed,
      reasons: ['chat_lag: p(99)<250 is not met (312.346)'],
    });
  });

  it('is failed when nothing was measured for a threshold, unless its window was not played', () => {
    const found = { thresholds: [threshold('unknown', 'chat_lag{during:drop:a}')] };
    expect(verdictOf(found)).toMatchObject({ status: 'failed', exitCode: 99 });
    expect(verdictOf(found).reasons[0]).toContain('could not be judged');
    expect(verdictOf({ ...found, outside: ['chat_lag{during:drop:a}'] })).toMatchObject({ status: 'passed' });
    expect(verdictOf({ ...found, outside: ['chat_lag{during:drop:b}'] })).toMatchObject({ status: 'failed' });
  });

  it('is failed when an invariant could not be checked: unknown is no pass', () => {
    const verdict = verdictOf({ invariants: [invariant('unknown')] });
    expect(verdict).toMatchObject({ status: 'failed', exitCode: 99 });
    expect(verdict.reasons).toEqual(['Units sold never exceed stock: could not be checked. D.']);
  });

  it('says once what keeps several invariants from being checked', () => {
    const [first, second] = [invariant('unknown'), { ...invariant('unknown'), detail: 'E.' }];
    expect(verdictOf({ invariants: [first, second, first] }).reasons).toEqual([
      '2 invariants could not be checked: D.',
      'Units sold never exceed stock: could not be checked. E.',
    ]);
  });

  it('is failed when the show or its crowd lacked something', () => {
    const verdict = verdictOf({ missing: ['The backend did not take 1 cue.'] });
    expect(verdict).toEqual({ status: 'failed', exitCode: 99, reasons: ['The backend did not take 1 cue.'] });
  });

  it('keeps all findings, whichever decides', () => {
    const { reasons } = verdictOf({
      ending: { kind: 'interrupted' },
      thresholds: [threshold('fail'), threshold('unknown', 'cue_lag')],
      invariants: [invariant('fail')],
      unhealthy: ['too slow'],
      missing: ['no cue'],
    });
    expect(reasons).toEqual([
      'Stopped by a signal before its end.',
      'Units sold never exceed stock: D.',
      'too slow',
      'no cue',
      'chat_lag: p(99)<250 is not met (312.346)',
    ]);
  });

  it('does not complain of thresholds that were not judged because the run is invalid', () => {
    const found = { thresholds: [threshold('unknown')], unhealthy: ['too slow'] };
    expect(verdictOf(found)).toEqual({ status: 'invalid', exitCode: 121, reasons: ['too slow'] });
    expect(verdictOf({ ...found, unhealthy: [] }).reasons).toEqual([
      'chat_lag: p(99)<250 could not be judged, nothing was measured',
    ]);
  });
});

describe('what decides, from the strongest down', () => {
  const ENDINGS = {
    interrupted: { kind: 'interrupted' },
    lost: { kind: 'target_lost', atMs: 1 },
    shut: { kind: 'nobody_let_in' },
    died: { kind: 'worker_died', shard: 1, how: 'killed by SIGKILL' },
    crashed: { kind: 'crashed', message: 'boom' },
    aborted: { kind: 'threshold', thresholds: ['chat_lag: p(99)<250'] },
    complete: COMPLETE,
  } as const satisfies Record<string, Ending>;
  const ALL_BAD = {
    thresholds: [threshold('fail'), threshold('unknown')],
    invariants: [invariant('fail'), invariant('unknown')],
    unhealthy: ['too slow'],
  };
  const NOT_VIOLATED = { ...ALL_BAD, invariants: [invariant('unknown')] };
  const HEALTHY = { ...NOT_VIOLATED, unhealthy: [] };

  it.each([
    ['a violated invariant, before a signal', ENDINGS.interrupted, ALL_BAD, 'violated', 120],
    ['a violated invariant, before a lost target', ENDINGS.lost, ALL_BAD, 'violated', 120],
    ['a violated invariant, before a dead worker', ENDINGS.died, ALL_BAD, 'violated', 120],
    ['a violated invariant, before a crash', ENDINGS.crashed, ALL_BAD, 'violated', 120],
    ['a violated invariant, before an unhealthy generator', ENDINGS.complete, ALL_BAD, 'violated', 120],
    ['a violated invariant, before an abort', ENDINGS.aborted, ALL_BAD, 'violated', 120],
    ['a signal, before all else', ENDINGS.interrupted, NOT_VIOLATED, 'interrupted', 105],
    ['a lost target, before all else', ENDINGS.lost, NOT_VIOLATED, 'unreachable', 122],
    ['a target that lets nobody in', ENDINGS.shut, NOT_VIOLATED, 'unreachable', 122],
    ['a dead worker, before thresholds', ENDINGS.died, HEALTHY, 'invalid', 121],
    ['a crash, before thresholds', ENDINGS.crashed, HEALTHY, 'invalid', 121],
    ['an unhealthy generator, before thresholds', ENDINGS.complete, NOT_VIOLATED, 'invalid', 121],
    ['an unhealthy generator, before an abort', ENDINGS.aborted, NOT_VIOLATED, 'invalid', 121],
    ['a threshold that ended the run', ENDINGS.aborted, HEALTHY, 'failed', 99],
    ['a threshold at the end', ENDINGS.complete, HEALTHY, 'failed', 99],
    ['an abort alone', ENDINGS.aborted, {}, 'failed', 99],
    ['a dead worker alone', ENDINGS.died, {}, 'invalid', 121],
    ['a crash alone', ENDINGS.crashed, {}, 'invalid', 121],
    ['a lost target alone', ENDINGS.lost, {}, 'unreachable', 122],
  ] as const)('%s', (_, ending, found, status, exitCode) => {
    expect(verdictOf({ ...found, ending })).toMatchObject({ status, exitCode });
  });

  it.each([
    ['a threshold that failed', ENDINGS.complete, [threshold('fail')], 'failed', 99],
    ['a threshold that ended the run', ENDINGS.aborted, [threshold('fail')], 'failed', 99],
    ['thresholds that passed: never a pass', ENDINGS.complete, [threshold('pass')], 'invalid', 121],
    ['thresholds that could not be judged', ENDINGS.complete, [threshold('unknown')], 'invalid', 121],
    ['a dead worker, when all passed', ENDINGS.died, [threshold('pass')], 'invalid', 121],
  ] as const)('with --allow-invalid: %s', (_, ending, thresholds, status, exitCode) => {
    const found = { ending, thresholds, unhealthy: ['too slow'], allowInvalid: true };
    expect(verdictOf(found)).toMatchObject({ status, exitCode });
    expect(verdictOf({ ...found, invariants: [invariant('fail')] })).toMatchObject({ exitCode: 120 });
  });

  it('names the worker and how it died', () => {
    expect(verdictOf({ ending: ENDINGS.died }).reasons).toEqual(['Worker 1 died: killed by SIGKILL.']);
  });
});
