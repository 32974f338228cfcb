import { describe, expect, it } from 'vitest';
import type { HostCue } from '../../../sim/targets/target.ts';
import * as recorded from './recorded.ts';
import { ADMIN_TOKEN, FORBIDDEN, NOT_LET_IN, shelf, SIGNED_IN, updated } from './recorded.ts';
import { fieldsOf, talk } from './talk.ts';
import { showOf, vendure } from './walk.ts';

const admin = { username: 'superadmin', password: 'secret' };

function hostOf(options: Partial<Parameters<typeof vendure>[0]> = {}) {
  const { host } = vendure({ url: 'http://shop.test', admin, manageStock: true, ...options });
  return host!;
}

function prepared() {
  const host = hostOf();
  talk(host.setup(showOf(20)), [SIGNED_IN, shelf(3, 2), updated(22, 2)]);
  return host;
}

const about = { id: 'c', roomId: 'main', productId: 'serum' } as const;

describe('setting up the show', () => {
  it('asks nothing in a shop whose stock is not ours to change', () => {
    const host = hostOf({ manageStock: false });
    expect(talk(host.setup(showOf(20)), [])).toMatchObject({ end: null, asked: [] });
    const restock: HostCue = { kind: 'restock', units: 5, ...about };
    expect(talk(host.cue(restock), [])).toMatchObject({ end: null, asked: [] });
  });

  it('needs somebody who may', () => {
    expect(vendure({ url: 'http://shop.test', manageStock: true })).not.toHaveProperty('host');
  });

  it('puts the stock of the show on the shelf, besides what earlier orders have taken', () => {
    const { asked } = talk(hostOf().setup(showOf(20)), [SIGNED_IN, shelf(3, 2), updated(22, 2)]);
    expect(fieldsOf(asked)).toEqual(['login', 'product', 'updateProductVariants']);
    expect(asked[0].variables).toEqual(admin);
    expect(asked[2].request.headers?.authorization).toBe(`Bearer ${ADMIN_TOKEN}`);
    expect(asked[2].variables).toMatchObject({
      variant: {
        id: '7',
        enabled: true,
        trackInventory: 'TRUE',
        stockLevels: [{ stockLocationId: '1', stockOnHand: 22 }],
      },
    });
  });

  it('leaves nothing at the other locations', () => {
    const levels = [
      { stockLocationId: '1', stockOnHand: 9, stockAllocated: 1 },
      { stockLocationId: '2', stockOnHand: 9, stockAllocated: 3 },
    ];
    const two = { result: { variants: [{ ...recorded.variantOf(0, 0), stockLevels: levels }] } };
    const { asked } = talk(hostOf().setup(showOf(20)), [SIGNED_IN, two, updated(21, 1)]);
    expect(asked[2].variables).toMatchObject({ variant: { stockLevels: [{ stockOnHand: 21 }, { stockOnHand: 3 }] } });
  });

  it('does not sell before the drop what is sold in drops', () => {
    const { asked } = talk(hostOf().setup(showOf(20, false)), [SIGNED_IN, shelf(0, 0), updated(20, 0)]);
    expect(asked[2].variables).toMatchObject({ variant: { enabled: false } });
  });

  it.each([
    ['that the password is wrong', [NOT_LET_IN], /does not let superadmin in: The provided credentials are invalid/],
    ['which product is missing', [SIGNED_IN, { result: null }], /no page serum .*set products\.serum/],
    [
      'what the shop says',
      [SIGNED_IN, shelf(0, 0), recorded.thrown('USER_INPUT_ERROR', 'no such channel')],
      /no such channel/,
    ],
  ])('says %s', (_, answers, words) => {
    expect(() => talk(hostOf().setup(showOf(20)), answers)).toThrow(words);
  });
});

describe('a cue', () => {
  it('of a restock adds to what is there now', () => {
    const restock: HostCue = { kind: 'restock', units: 5, ...about };
    const { asked } = talk(prepared().cue(restock), [shelf(22, 14), updated(27, 14)]);
    expect(asked[1].variables).toEqual({
      variant: { id: '7', stockLevels: [{ stockLocationId: '1', stockOnHand: 27 }] },
    });
  });

  it.each([
    ['drop', true],
    ['close', false],
  ] as const)('of a %s is a product that is for sale: %s', (kind, enabled) => {
    const { asked } = talk(prepared().cue({ kind, ...about }), [shelf(22, 2), updated(22, 2)]);
    expect(asked[1].variables).toEqual({ variant: { id: '7', enabled } });
  });

  it.each([{ kind: 'pin', ...about } as const, { kind: 'price', priceMinor: 1, ...about } as const])(
    'is left to people where Vendure has nothing for it: $kind',
    (cue) => expect(talk(prepared().cue(cue), [])).toMatchObject({ end: null, asked: [] }),
  );

  it('signs in again when the session has run out, and only once', () => {
    const drop: HostCue = { kind: 'drop', ...about };
    const { asked } = talk(prepared().cue(drop), [FORBIDDEN, SIGNED_IN, shelf(22, 2), updated(22, 2)]);
    expect(fieldsOf(asked)).toEqual(['product', 'login', 'product', 'updateProductVariants']);
    expect(() => talk(prepared().cue(drop), [FORBIDDEN, SIGNED_IN, FORBIDDEN])).toThrow(/not currently authorized/);
  });
});
