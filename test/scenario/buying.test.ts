/** Coupons, refunds, double taps, second devices and faults: what is refused, what is read, and how it is told. */

import { describe, expect, it } from 'vitest';
import { FAULT_NAMES as SHOP_FAULT_NAMES } from '../../server-stub/faults/catalog.ts';
import { KNOTS } from '../../sim/crowd/quantile.ts';
import { compileScenario } from '../../sim/scenario/compile.ts';
import { explainScenario } from '../../sim/scenario/explain.ts';
import { formatPath } from '../../sim/scenario/finding.ts';
import { FAULT_NAMES } from '../../sim/scenario/schema/faults.ts';
import { scenarioWithTitle, type ScenarioInput } from '../../sim/scenario/schema/scenario.ts';
import { findProblems } from '../../sim/scenario/validate.ts';
import { smallScenario } from './documents.ts';

const serum = { title: 'Serum', price: 'USD 29.00', stock: 100 } as const;
const fan = { dwell: '10m' } as const;
const ALL: ScenarioInput = {
  ...smallScenario(),
  products: { serum: { ...serum, coupon: { code: 'LIVE10', off: '10%' } }, mug: serum },
  personas: {
    fan: {
      ...fan,
      coupons: '30%',
      refunds: { share: '2%', after: { median: '20m', sigma: 1 } },
      doubleTaps: '1%',
      twoDevices: '0.5%',
    },
    guest: fan,
  },
  bots: { share: '5%' },
  faults: { stock_race: true, chat_dropped: '0.1%' },
};

function problemsWith(changes: object): string[] {
  return findProblems({ ...smallScenario(), ...changes }).map(({ path, message, expected, hint }) =>
    [`${formatPath(path)}: ${message}`, expected, hint].filter(Boolean).join('; '),
  );
}
const coupon = (written: object): object => ({ products: { serum: { ...serum, coupon: written } } });
const habits = (written: object): object => ({ personas: { fan: { ...fan, ...written } } });

describe('refused', () => {
  it.each<[string, object, string]>([
    ['a coupon without a code', coupon({ off: '10%' }), 'products.serum.coupon.code: missing; a text'],
    [
      'a code with a space',
      coupon({ code: 'LIVE 10', off: '10%' }),
      'products.serum.coupon.code: "LIVE 10" is not valid; letters, digits, - or _: at most 40 in all',
    ],
    [
      'a coupon that takes nothing',
      coupon({ code: 'LIVE', off: '0%' }),
      'products.serum.coupon.off: "0%" is not valid; a share above 0, such as "10%" or 0.1',
    ],
    [
      'a coupon that takes more than all',
      coupon({ code: 'LIVE', off: '110%' }),
      'products.serum.coupon.off: "110%" is not valid; a share above 0, such as "10%" or 0.1; a share cannot be more than 100%',
    ],
    [
      'a share of coupons beyond all carts',
      habits({ coupons: '130%' }),
      'personas.fan.coupons: "130%" is not valid; a share from 0 to 1, such as "15%" or 0.15; a share cannot be more than 100%',
    ],
    [
      'refunds that come nobody knows when',
      habits({ refunds: { share: '2%' } }),
      'personas.fan.refunds.after: missing; a duration such as "30s", or one of {fixed}, {mean}, {median, sigma}, {quantiles} or {mix}',
    ],
    [
      'a delay of refunds that goes back in time',
      habits({ refunds: { share: '2%', after: { quantiles: { p10: '9m', p90: '1m' } } } }),
      'personas.fan.refunds.after.quantiles: quantiles must ascend: p90 is below p10; p90 of at least 9m',
    ],
    [
      'a fault that the shop does not have',
      { faults: { stock_rase: true } },
      `faults.stock_rase: unknown key; one of ${FAULT_NAMES.join(', ')}; did you mean "stock_race"?`,
    ],
    [
      'a source for a fault that the shop does not have',
      { sources: { 'faults.stock_rase': { tag: 'a', from: 'x' } } },
      `sources["faults.stock_rase"]: nothing is at faults.stock_rase; one of ${FAULT_NAMES.join(', ')}; did you mean "stock_race"?`,
    ],
    [
      'a fault that never happens',
      { faults: { stock_race: 0 } },
      'faults.stock_race: 0 is not valid; true, or a share above 0, such as "0.1%" or 0.001',
    ],
    [
      'a fault that is switched off by name',
      { faults: { stock_race: false } },
      'faults.stock_race: false is not valid; true, or a share above 0, such as "0.1%" or 0.001',
    ],
  ])('%s', (_, changes, problem) => {
    expect(problemsWith(changes)).toEqual([problem]);
  });
});

it('faults are those that the bundled shop has', () => {
  expect(FAULT_NAMES).toEqual(SHOP_FAULT_NAMES);
});

it('faults are read as shares, and true as the default of the shop', () => {
  expect(findProblems(ALL)).toEqual([]);
  expect(scenarioWithTitle.parse(ALL).faults).toEqual({ stock_race: null, chat_dropped: 0.001 });
  expect(scenarioWithTitle.parse(smallScenario()).faults).toEqual({});
});

describe('compiled', () => {
  const scenario = compileScenario(scenarioWithTitle.parse(ALL));
  const habitsOf = (id: string) => {
    const { couponP, refundP, refundTable, doubleTapP, twoDevicesP } = scenario.personas.find(
      (each) => each.id === id,
    )!;
    return { couponP, refundP, refundTable, doubleTapP, twoDevicesP };
  };

  it('has the coupon of each product', () => {
    expect(scenario.products.map((product) => product.coupon)).toEqual([{ code: 'LIVE10', offShare: 0.1 }, null]);
  });

  it('has the habits of each persona, and a table for the delay of refunds', () => {
    const { refundTable, ...shares } = habitsOf('fan');
    expect(shares).toEqual({ couponP: 0.3, refundP: 0.02, doubleTapP: 0.01, twoDevicesP: 0.005 });
    const table = scenario.tables[refundTable];
    expect(table).toHaveLength(KNOTS);
    // Half of them come within the median.
    expect(table[64]).toBeCloseTo(20 * 60_000, -1);
  });

  it.each(['guest', 'bot'])('has none of that for a %s', (id) => {
    expect(habitsOf(id)).toEqual({ couponP: 0, refundP: 0, refundTable: -1, doubleTapP: 0, twoDevicesP: 0 });
  });

  it('knows no faults: they are the shop’s', () => {
    expect(scenario).not.toHaveProperty('faults');
  });
});

describe('in words', () => {
  const explain = (document: ScenarioInput): string => {
    const scenario = scenarioWithTitle.parse(document);
    return explainScenario(scenario, compileScenario(scenario));
  };
  const text = explain({ ...ALL, sources: { 'personas.fan.refunds': { tag: 'S', from: 'our returns' } } });

  it.each([
    'coupon LIVE10 takes 10% off [?]',
    'Enters the coupon in 30% of carts [?]; gives 2% of orders back, after 20m in the median',
    '(lognormal, sigma 1) [S]; sends 1% of payments twice at once [?]; makes 0.5% of purchases on two devices [?].',
    'Only `run` against the bundled shop plays them; `plan` does not.',
    'stock_race    at its default rate',
    'chat_dropped  at 0.1%',
  ])('says: %s', (words) => {
    expect(text).toContain(words);
  });

  it('is not mentioned where there is none of it', () => {
    expect(explain(smallScenario())).not.toMatch(/coupon|twice at once|devices|back, after|Faults/);
  });
});
