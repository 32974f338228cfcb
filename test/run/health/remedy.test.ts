import { describe, expect, it } from 'vitest';
import { howItDied } from '../../../sim/run/health/death.ts';
import { moreWorkers, remedyFor, type Strain } from '../../../sim/run/health/remedy.ts';

/** A worker that had more to do than one core can, on a machine with idle cores. */
const BUSY: Strain = {
  shard: 0,
  workers: 1,
  cores: 4,
  scale: 0.5,
  cpuShare: 0.97,
  busyShare: 1,
  coreWaitShare: 0.02,
  gcShare: 0.03,
  heapFull: false,
  heapLimitMiB: 2048,
  machine: { cpuShare: 0.4, stealShare: 0, otherShare: 0.1 },
};
const FULL = { cpuShare: 0.96, stealShare: 0, otherShare: 0.05 };

describe('what to change', () => {
  it('is more workers when cores are idle', () => {
    expect(remedyFor(BUSY)).toBe('Use `--workers 2`: cores were idle.');
    expect(remedyFor({ ...BUSY, workers: 4, cores: 16 })).toBe('Use `--workers 7`: cores were idle.');
  });

  it('is a smaller scale, or more machines, when none is', () => {
    expect(remedyFor({ ...BUSY, machine: FULL })).toBe('Use `--scale 0.3`, or 2 machines like this for the whole.');
    // What was asked for shrinks, however little the worker seemed to need.
    expect(remedyFor({ ...BUSY, busyShare: 0.5, machine: FULL })).toContain('`--scale 0.31`');
    expect(remedyFor({ ...BUSY, cpuShare: 0.55, busyShare: 0.6, machine: FULL })).toContain('`--scale 0.4`');
  });

  it('is another machine when other work took the CPU that the worker waited for', () => {
    const waiting = { ...BUSY, cpuShare: 0.5, coreWaitShare: 0.5 };
    const shared = { cpuShare: 0.7, stealShare: 0, otherShare: 0.52 };
    expect(remedyFor({ ...waiting, machine: shared })).toMatch(
      /^Other work on this machine .* took 52 % of its CPU: give the run a machine of its own, or `--scale 0\.3`/,
    );
    // Others may use cores that the worker did not need.
    expect(remedyFor({ ...BUSY, machine: { cpuShare: 0.6, stealShare: 0, otherShare: 0.3 } })).toContain('--workers');
  });

  it('is a machine with cores of its own when the hypervisor took them', () => {
    const machine = { cpuShare: 0.7, stealShare: 0.23, otherShare: 0.3 };
    expect(remedyFor({ ...BUSY, machine })).toMatch(/^The hypervisor took 23 % of this machine's CPU \(steal\)/);
  });

  it('is a bigger heap when it is full, or when the time went into collecting', () => {
    const expected = 'Give the workers a bigger heap: NODE_OPTIONS=--max-old-space-size=4096.';
    expect(remedyFor({ ...BUSY, heapFull: true })).toBe(expected);
    expect(remedyFor({ ...BUSY, gcShare: 0.45 })).toBe(expected);
    expect(remedyFor({ ...BUSY, heapFull: true, heapLimitMiB: 50 })).toContain('--max-old-space-size=128.');
  });

  it('is not its size when the worker had little to do', () => {
    const stopped = { ...BUSY, shard: 3, cpuShare: 0.04, busyShare: 0.03 };
    expect(remedyFor(stopped)).toMatch(/^Worker 3 used 4 % of a core in that time: not its work held it up/);
  });

  it('can be said on systems that do not tell of cores and waits', () => {
    const blind = { ...BUSY, machine: null, coreWaitShare: null };
    expect(remedyFor(blind)).toBe('Use `--workers 2`: cores were idle.');
    expect(remedyFor({ ...blind, workers: 3 })).toBe('Use `--scale 0.3`, or 2 machines like this for the whole.');
  });
});

describe('more workers', () => {
  it('are never more than there are idle cores for', () => {
    expect(moreWorkers({ ...BUSY, workers: 10, cores: 16, machine: { ...FULL, cpuShare: 0.85 } })).toBe(12);
    expect(moreWorkers({ ...BUSY, machine: FULL })).toBeNull();
  });
});

describe('how a worker died', () => {
  it.each([
    [null, 'SIGKILL', null, 'killed by SIGKILL'],
    [1, null, { usedMiB: 99, limitMiB: 100 }, 'exit code 1'],
    [null, 'SIGABRT', null, 'killed by SIGABRT, as Node ends when its heap is full'],
    [134, null, { usedMiB: 10, limitMiB: 100 }, 'exit code 134, its heap was last seen 10 % full (limit 100 MiB)'],
    [
      null,
      'SIGABRT',
      { usedMiB: 97, limitMiB: 100 },
      'killed by SIGABRT, its heap was last seen 97 % full (limit 100 MiB); give it more: NODE_OPTIONS=--max-old-space-size=256',
    ],
  ] as const)('with code %s, signal %s', (code, signal, heap, words) => {
    expect(howItDied(code, signal, heap)).toBe(words);
  });
});
