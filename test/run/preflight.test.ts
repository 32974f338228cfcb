import { describe, expect, it } from 'vitest';
import { FlashcrowdError } from '../../sim/errors.ts';
import { checkFiles, filesNeeded, shopConnections } from '../../sim/run/preflight.ts';
import { compiled } from '../crowd/help.ts';

/** 8,000 viewers from the second minute on: 50 a second who stay for 160 s. Nobody in the first minute. */
const scenario = (scale = 1) =>
  compiled(
    {
      name: 'full',
      duration: '10m',
      personas: { guest: { dwell: '160s' } },
      audience: { feed: { kind: 'steady', from: '1m', rate: '50/s' } },
    },
    { scale },
  );
const FULL = scenario();
const FROM_MS = 400_000;
const FOR_MS = 10_000;

function refusal(workers: number, embedded: boolean, limit: number): FlashcrowdError {
  try {
    checkFiles(FULL, FROM_MS, FOR_MS, workers, embedded, limit);
  } catch (error) {
    if (error instanceof FlashcrowdError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

const remediesOf = (error: FlashcrowdError): string => error.problems[0].hint ?? '';
const figure = (text: string, option: RegExp): number => Number(option.exec(text)?.[1]);

describe('the files that a run needs', () => {
  it('are those of its window, with room to spare', () => {
    const needed = filesNeeded(FULL, FROM_MS, FOR_MS, 1);
    expect(needed).toBeGreaterThan(8000 * 1.2);
    expect(needed).toBeLessThan(8000 * 1.4);
    expect(filesNeeded(FULL, 0, FOR_MS, 1)).toBeLessThan(500);
  });

  it('are shared by the workers', () => {
    const fixed = filesNeeded(FULL, 0, FOR_MS, 1);
    const ofOne = filesNeeded(FULL, FROM_MS, FOR_MS, 1) - fixed;
    expect(filesNeeded(FULL, FROM_MS, FOR_MS, 4) - fixed).toBe(Math.ceil(ofOne / 4));
  });
});

describe('the check of the limit', () => {
  it('lets a run pass at exactly what it needs', () => {
    const needed = filesNeeded(FULL, FROM_MS, FOR_MS, 2);
    checkFiles(FULL, FROM_MS, FOR_MS, 2, false, needed);
    expect(() => checkFiles(FULL, FROM_MS, FOR_MS, 2, false, needed - 1)).toThrow(FlashcrowdError);
    checkFiles(FULL, FROM_MS, FOR_MS, 2, false, Infinity);
  });

  it('refuses with both figures and remedies that work', () => {
    const error = refusal(2, false, 4096);
    expect(error).toMatchObject({ code: 'TOO_FEW_FILES', exitCode: 104 });
    expect(error.message).toContain('Each of 2 workers');
    expect(error.message).toContain('4096');
    const remedies = remediesOf(error);
    const limit = figure(remedies, /ulimit -n (\d+)/);
    checkFiles(FULL, FROM_MS, FOR_MS, 2, false, limit);
    const workers = figure(remedies, /--workers (\d+)/);
    checkFiles(FULL, FROM_MS, FOR_MS, workers, false, 4096);
    const scale = figure(remedies, /--scale ([\d.]+)/);
    checkFiles(scenario(scale), FROM_MS, FOR_MS, 2, false, 4096);
  });

  it('knows that an embedded stub holds all viewers, so more workers are no remedy', () => {
    const error = refusal(8, true, 4096);
    expect(error.message).toContain('The embedded stub');
    expect(remediesOf(error)).not.toContain('--workers');
    expect(remediesOf(error)).toContain('--scale');
    checkFiles(FULL, FROM_MS, FOR_MS, 8, false, 4096);
  });

  it('names no remedy that cannot work when the limit is too low for anything', () => {
    const remedies = remediesOf(refusal(1, false, 300));
    expect(remedies).toMatch(/ulimit -n \d+/);
    expect(remedies).not.toContain('--scale');
    expect(remedies).not.toContain('--workers');
  });
});

describe('the connections for shopping', () => {
  const of = (workers: number, limit: number, fromMs = FROM_MS): number =>
    shopConnections(FULL, fromMs, FOR_MS, workers, limit);
  /** Viewers that the window may have: what is needed beyond the needs of a window without any. */
  const viewers = filesNeeded(FULL, FROM_MS, FOR_MS, 1) - filesNeeded(FULL, 0, FOR_MS, 1);

  it('are one for each viewer where files are no matter', () => {
    expect(of(1, Infinity)).toBe(viewers);
    expect(of(4, Infinity)).toBe(Math.ceil(viewers / 4));
  });

  it.each([1, 2, 7])('leave room for the viewers, all workers together (%i)', (workers) => {
    const limit = Math.ceil(viewers * 1.5) + 200;
    const connections = of(workers, limit);
    expect(connections).toBeLessThan(viewers / workers);
    expect(connections * workers + viewers + 200).toBeLessThanOrEqual(limit + 1);
    // No file is kept that could serve.
    expect((connections + 1) * workers + viewers + 200).toBeGreaterThan(limit - 1);
  });

  it('are some however few the files, the viewers, or both', () => {
    expect(of(1, 1024)).toBe(128);
    expect(of(1, Infinity, 0)).toBe(128);
    expect(of(256, Infinity, 0)).toBe(128);
  });

  it.each([1, 2, 8])('fit into an embedded stub that passed the check (%i workers)', (workers) => {
    let limit = 1024;
    while (!passes(workers, limit)) limit++;
    expect(viewers + workers * of(workers, limit)).toBeLessThanOrEqual(limit);
  });
});

/** Whether a run with an embedded stub is let through. */
function passes(workers: number, limit: number): boolean {
  try {
    checkFiles(FULL, FROM_MS, FOR_MS, workers, true, limit);
    return true;
  } catch {
    return false;
  }
}
