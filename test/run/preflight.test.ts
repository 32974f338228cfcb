import { describe, expect, it } from 'vitest';
import { FlashcrowdError } from '../../sim/errors.ts';
import { checkFiles, filesNeeded } from '../../sim/run/preflight.ts';
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
