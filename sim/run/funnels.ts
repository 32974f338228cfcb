import type { CompiledScenario } from '../crowd/compiled.ts';
import type { Funnel } from '../result.ts';
import type { FunnelField } from '../live/messages.ts';
import type { Tally } from './tally.ts';

/** The funnel of each product; before them, when there are several, that of all. */
export function funnels({ products }: CompiledScenario, tally: Tally): Funnel[] {
  const each = products.map(({ id, title }, product) => funnel(id, title, (field) => tally.funnelOf(product, field)));
  if (products.length < 2) return each;
  const sum = (field: FunnelField): number =>
    products.reduce((total, _, product) => total + tally.funnelOf(product, field), 0);
  return [funnel(null, 'All products', sum), ...each];
}

function funnel(productId: string | null, title: string, of: (field: FunnelField) => number): Funnel {
  return {
    productId,
    title,
    shown: of('shown'),
    clicked: of('clicked'),
    carted: of('carted'),
    checkedOut: of('checkedOut'),
    paid: of('paid'),
    unitsSold: of('unitsPaid'),
    gmvMinor: of('gmvMinor'),
    lost: {
      soldOut: of('lostSoldOut'),
      declined: of('lostDeclined'),
      failed: of('lostFailed'),
      unknown: of('lostUnknown'),
    },
  };
}
