/** When each drop is sold out, and what each product comes to. */

import type { PlannedDrop, PlannedProduct, PlanResult } from '../../../sim/plan-result.ts';
import { ABSENT, count, eventClock, percent } from '../../format.ts';
import { html } from '../../html/escape.ts';
import type { Html } from '../../html/escape.ts';
import { empty, foldedTable, section, text } from '../../html/sections/table.ts';
import { dropsInWords, soldOutAfter } from '../drops.ts';
import { bandText, inPlanUnit } from '../words.ts';

const figures = true;

export function dropsSection({ drops, products }: PlanResult): Html {
  if (drops.length === 0) return section('drops', 'Drops', '', [empty('The show has no drop.')]);
  const titles = new Map(products.map((product) => [product.productId, product.title]));
  const columns = [
    { label: 'Drop' },
    { label: 'At', figures },
    { label: 'Units', figures },
    { label: 'Sold out in', figures },
    { label: 'After', figures },
  ];
  const rows = drops.map((drop) => [
    html`${titles.get(drop.productId) ?? drop.productId} <code class="minor">${drop.cueId}</code>`,
    text(eventClock(drop.atMs)),
    text(drop.units === null ? 'all that is left' : count(drop.units)),
    text(`${percent(drop.soldOutShare)} of runs`),
    afterCell(drop.soldOutAfterMs),
  ]);
  return section('drops', 'Drops', dropsInWords(drops), [
    foldedTable({ caption: 'Drops', columns, rows, narrow: 'cards' }),
  ]);
}

export function productsSection({ products, scenario: { currency } }: PlanResult): Html {
  if (products.length === 0) return section('products', 'Products', '', [empty('Nothing is for sale.')]);
  const columns = [
    { label: 'Product' },
    { label: 'Stock', figures },
    { label: 'Clicks', figures },
    { label: 'Carts', figures },
    { label: 'Paid', figures },
    { label: 'Units', figures },
    { label: 'GMV', figures },
    { label: 'Lost: sold out', figures },
    { label: 'Lost: slow', figures },
    { label: 'Whole stock gone', figures },
  ];
  const byGmv = products.toSorted((a, b) => b.gmvMinor.p50 - a.gmvMinor.p50);
  const rows = byGmv.map((product) => [
    html`${product.title} <code class="minor">${product.productId}</code>`,
    text(count(product.stockedUnits)),
    ...[product.clicked, product.carted, product.paid].map((band) => text(inPlanUnit(band.p50, '', currency))),
    withBand(product.units, 'units', currency),
    withBand(product.gmvMinor, 'minor', currency),
    ...[product.lostSoldOut, product.lostSlow].map((band) => text(inPlanUnit(band.p50, '', currency))),
    text(goneText(product)),
  ]);
  return section('products', 'Products', 'medians, most GMV first; ranges hold nine of ten runs', [
    foldedTable({ caption: 'Products', columns, rows, narrow: 'cards' }),
  ]);
}

function withBand(band: PlannedProduct['units'], unit: string, currency: string): Html {
  const median = inPlanUnit(band.p50, unit === 'minor' ? unit : '', currency);
  return html`${median}<span class="meaning">${bandText(band, unit, currency)}</span>`;
}

function afterCell(band: PlannedDrop['soldOutAfterMs']): Html {
  if (band === null) return text(ABSENT);
  const { median, range } = soldOutAfter(band);
  return range === null ? text(median) : html`${median}<span class="meaning">${range}</span>`;
}

function goneText({ soldOutShare, soldOutAtMs }: PlannedProduct): string {
  if (soldOutShare === 0) return 'in no run';
  const at = soldOutAtMs === null ? '' : `, at ${eventClock(soldOutAtMs.p50)}`;
  return `${percent(soldOutShare)} of runs${at}`;
}
