import { describe, expect, it } from 'vitest';
import { offeredUnits, stockedUnits } from '../../sim/run/supply.ts';
import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { cueEntry, findingsOf } from './findings.ts';

/** Nobody comes, so that nothing is sold before the window. */
const SHOP: ScenarioInput = {
  name: 'supplied',
  duration: '2m',
  personas: { guest: { dwell: '1m' } },
  audience: { feed: { kind: 'steady', rate: 0 } },
  products: {
    mug: { title: 'Mug', price: 'USD 5', stock: 100 },
    hat: { title: 'Hat', price: 'USD 9', stock: 50 },
    pen: { title: 'Pen', price: 'USD 1', stock: 20 },
  },
  show: [
    { at: '10s', cue: 'drop', product: 'mug', units: 5, for: '20s' },
    { at: '40s', cue: 'restock', product: 'hat', units: 7 },
    { at: '50s', cue: 'drop', product: 'mug', units: 6, for: '20s' },
    { at: '60s', cue: 'drop', product: 'pen' },
    { at: '80s', cue: 'restock', product: 'hat', units: 8 },
  ],
};

/** The log of the window: every cue from `fromMs` on, given and taken but for those that `fate` speaks of. */
function supplied(fromMs: number, fate: Record<string, 'refused' | 'unanswered' | 'not sent'> = {}) {
  const findings = findingsOf(SHOP, fromMs);
  const cues = findings.options.compiled.cues.flatMap(({ id, atMs }, index) => {
    if (atMs < fromMs) return [];
    if (fate[id] === 'not sent') return [cueEntry(index, atMs, { sentMs: null, status: 'not_reached' })];
    if (fate[id]) return [cueEntry(index, atMs, { status: 'failed', refused: fate[id] === 'refused' })];
    return [cueEntry(index, atMs)];
  });
  const told = { ...findings, cues };
  return { stocked: Object.fromEntries(stockedUnits(told)), offered: Object.fromEntries(offeredUnits(told)) };
}

describe('what the host put on the shelf', () => {
  it('is the stock at the start and every restock of the window', () => {
    expect(supplied(0).stocked).toEqual({ mug: 100, hat: 65, pen: 20 });
    // A restock before the window is in the stock it begins with: it does not count twice.
    expect(supplied(45_000).stocked).toEqual({ mug: 100, hat: 65, pen: 20 });
  });

  it('is without a restock that was refused or never sent, and with one that got no answer', () => {
    expect(supplied(0, { 'restock:hat#1': 'refused' }).stocked.hat).toBe(58);
    expect(supplied(0, { 'restock:hat#2': 'not sent' }).stocked.hat).toBe(57);
    expect(supplied(0, { 'restock:hat#1': 'unanswered' }).stocked.hat).toBe(65);
  });
});

describe('what was on offer in batches', () => {
  it('is the sum of the batches, and has no bound for a product on sale without them', () => {
    expect(supplied(0).offered).toEqual({ mug: 11 });
  });

  it('begins with what the open drop still offers', () => {
    expect(supplied(15_000).offered).toEqual({ mug: 5 + 6 });
    expect(supplied(35_000).offered).toEqual({ mug: 6 });
    expect(supplied(100_000).offered).toEqual({ mug: 0 });
  });

  it('is without a drop that was refused or never sent, and with one that got no answer', () => {
    expect(supplied(0, { 'drop:mug#1': 'refused' }).offered).toEqual({ mug: 6 });
    expect(supplied(0, { 'drop:mug#2': 'not sent' }).offered).toEqual({ mug: 5 });
    expect(supplied(0, { 'drop:mug#1': 'unanswered' }).offered).toEqual({ mug: 11 });
    expect(supplied(0, { 'drop:pen#1': 'refused' }).offered).toEqual({ mug: 11 });
  });
});
