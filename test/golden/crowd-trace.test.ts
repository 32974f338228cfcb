import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compiled } from '../crowd/help.ts';
import golden from './crowd-trace.json' with { type: 'json' };
import { GOLDEN } from './scenario.ts';
import { asSet, traceDigest, traceOf } from './trace.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the golden trace', () => {
  it('is what the crowd decides, to the bit and in its order, and three shards decide the same', () => {
    const scenario = compiled(GOLDEN);
    expect(traceDigest(scenario, sha256)).toEqual(golden);
    expect(sha256(asSet(traceOf(scenario, 0, 1)))).toBe(golden.ofShards);
  });

  it('has at least 100,000 intents of every kind, with lines that are made again and purchases that fail', () => {
    const trace = traceOf(compiled(GOLDEN), 0, 1);
    expect(trace.length).toBeGreaterThan(100_000);
    const kinds = new Set(trace.map((line) => line.split(' ')[0]));
    expect([...kinds].toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const again = trace.filter((line) => /^[0567] \S+ \d+ [1-9]\d* |^[567] \S+ \d+ \d+ [1-9]/.test(line));
    expect(again.length).toBeGreaterThan(1000);
  });
});
