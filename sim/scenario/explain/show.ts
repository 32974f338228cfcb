/** What is for sale, and the show as a timetable. */

import type { CompiledScenario } from '../../crowd/compiled.ts';
import { formatClock, formatCount, formatDuration, formatMoney, formatShare } from '../format.ts';
import type { Scenario } from '../schema/scenario.ts';
import type { Cue } from '../schema/show.ts';
import { cueTimes } from '../windows.ts';
import { viewersAt } from './audience.ts';
import { tagMark } from './tags.ts';
import { table } from './words.ts';

export function explainProducts(scenario: Scenario, compiled: CompiledScenario): string[] {
  const rows = Object.entries(scenario.products).map(([id, product], i) => {
    const stock = compiled.products[i].stock;
    const limit =
      product.perBuyer === null ? 'no limit per buyer' : `at most ${formatCount(product.perBuyer)} per buyer`;
    const { coupon } = product;
    const off =
      coupon === undefined
        ? ''
        : `, coupon ${coupon.code} takes ${formatShare(coupon.off)} off ${tagMark(scenario, `products.${id}.coupon`)}`;
    const worth = formatMoney({ currency: product.price.currency, minor: product.price.minor * stock });
    return [
      id,
      product.title,
      `${formatMoney(product.price)} ${tagMark(scenario, `products.${id}.price`)}`,
      `${formatCount(stock)} in stock ${tagMark(scenario, `products.${id}.stock`)}, ${worth} in all, ${limit}${off}`,
    ];
  });
  return table(rows);
}

/** One line a cue as written, in order of time; repetitions in one line. */
export function explainShow(scenario: Scenario, compiled: CompiledScenario): string[] {
  const cues = scenario.show.map((cue, i) => ({ cue, path: `show[${i}]` })).sort((a, b) => a.cue.at - b.cue.at);
  const rows = cues.map(({ cue, path }) => [
    formatClock(cue.at),
    tagMark(scenario, path),
    `about ${formatCount(viewersAt(compiled, cue.at))} there`,
    `${what(cue, compiled.scale)}${again(cue, scenario.duration)}`,
  ]);
  return table(rows);
}

function what(cue: Cue, scale: number): string {
  const units = (written: number) => `${formatCount(Math.max(1, Math.round(written * scale)))} units`;
  switch (cue.cue) {
    case 'pin':
      return `pin ${cue.product}, interest ${formatShare(cue.interest)}`;
    case 'drop': {
      const parts = [
        cue.units === undefined ? 'all that is left' : units(cue.units),
        ...(cue.countdown > 0 ? [`countdown ${formatDuration(cue.countdown)}`] : []),
        cue.for === undefined ? 'open until sold out' : `open for ${formatDuration(cue.for)}`,
        `interest ${formatShare(cue.interest)}`,
        ...(cue.price === undefined ? [] : [`at ${formatMoney(cue.price)}`]),
      ];
      return `drop ${cue.product}, ${parts.join(', ')}`;
    }
    case 'price':
      return `price of ${cue.product} to ${formatMoney(cue.price)}, interest ${formatShare(cue.interest)}`;
    case 'restock':
      return `restock ${cue.product}, ${units(cue.units)}, interest ${formatShare(cue.interest)}`;
    case 'call':
      return `call: "type ${cue.say}", response ${formatShare(cue.response)}`;
    case 'giveaway':
      return `giveaway${cue.prize === '' ? '' : ` of ${cue.prize}`}: "type ${cue.keyword}", response ${formatShare(cue.response)}`;
    case 'raid':
      return `raid from ${cue.from}, ${formatCount(cue.size * scale)} viewers within ${formatDuration(cue.within)}`;
    case 'outage':
      return `outage of ${cue.endpoint === 'all' ? 'the whole shop' : cue.endpoint} for ${formatDuration(cue.for)}, in plans only`;
  }
}

function again(cue: Cue, durationMs: number): string {
  if (cue.every === undefined) return '';
  const until = cue.until === undefined ? 'to the end' : `until ${formatClock(cue.until)}`;
  return `; every ${formatDuration(cue.every)} ${until}, ${cueTimes(cue, durationMs)} times`;
}
