/** Documents that tests start from. */

import type { ScenarioInput } from '../../sim/scenario/schema/scenario.ts';

/** A small scenario with one of most things; a fresh copy each time. */
export function smallScenario(): ScenarioInput {
  return {
    name: 'small',
    duration: '1h',
    audience: { fans: { kind: 'push', size: '1k', within: '5m' } },
    personas: { fan: { dwell: { median: '10m', sigma: 1 } } },
    products: { serum: { title: 'Serum', price: 'USD 29.00', stock: 100 } },
    show: [{ at: '10m', cue: 'drop', product: 'serum', units: 10 }],
  };
}
