/** Wrong keys and values are compile errors: `tsc` checks every `@ts-expect-error` here, and vitest the run time. */

import { expect, it } from 'vitest';
import { defineScenario } from '../../sim/index.ts';
import type { Scenario } from '../../sim/index.ts';
import { findProblems } from '../../sim/scenario/validate.ts';
import { smallScenario } from './documents.ts';

const small = smallScenario();

it.each([
  [
    'an unknown key',
    defineScenario({
      ...small,
      // @ts-expect-error: no such key
      durration: '1h',
    }),
  ],
  [
    'a missing key',
    // @ts-expect-error: duration is required
    defineScenario({ name: 'x', audience: small.audience, personas: small.personas }),
  ],
  [
    'a wrong kind of source',
    defineScenario({
      ...small,
      // @ts-expect-error: no such kind
      audience: { fans: { kind: 'pushh', size: 5, within: '1m' } },
    }),
  ],
  [
    'a key of another kind of source',
    defineScenario({
      ...small,
      // @ts-expect-error: a push has no rate
      audience: { fans: { kind: 'push', size: 5, within: '1m', rate: '3/s' } },
    }),
  ],
  [
    'a key of another cue',
    defineScenario({
      ...small,
      // @ts-expect-error: a pin has no units
      show: [{ at: '1m', cue: 'pin', product: 'serum', units: 5 }],
    }),
  ],
  [
    'a bare number for a duration',
    defineScenario({
      ...small,
      // @ts-expect-error: a duration has a unit
      duration: 90,
    }),
  ],
  [
    'a wrong key of a persona',
    defineScenario({
      ...small,
      // @ts-expect-error: a typing slip
      personas: { fan: { dwell: '5m', reacton: '900ms' } },
    }),
  ],
  [
    'a wrong key of a distribution',
    defineScenario({
      ...small,
      // @ts-expect-error: a typing slip
      personas: { fan: { dwell: { median: '5m', sgima: 1 } } },
    }),
  ],
  [
    'a price without currency',
    defineScenario({
      ...small,
      // @ts-expect-error: a price is a text
      products: { serum: { title: 'Serum', price: 29, stock: 1 } },
    }),
  ],
])('%s neither compiles nor validates', (_, document) => {
  expect(findProblems(document)).not.toEqual([]);
});

it('the parsed types are the ones that compiling reads', () => {
  const parsed = {} as Scenario;
  const check = (): unknown[] => [
    parsed.duration satisfies number,
    parsed.title satisfies string,
    parsed.seed satisfies string,
    parsed.rooms.main.title satisfies string,
    parsed.personas.fan.units satisfies { units: number; weight: number }[],
    parsed.products.serum.price satisfies { currency: string; minor: number },
    parsed.products.serum.perBuyer satisfies number | null,
    parsed.thresholds.chat_lag satisfies { threshold: string; abortOnFail: boolean; delayAbortEval: number }[],
    parsed.chat.rate satisfies { kind: 'fixed'; perSec: number } | { kind: 'by-audience'; exponent: number },
    parsed.bots satisfies { share: number } | undefined,
  ];
  expect(check).toBeTypeOf('function');
});
