import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { parse } from 'yaml';
import { converse } from '../../../sim/live/converse.ts';
import { HttpClients } from '../../../sim/run/http-clients.ts';
import type { TargetSpec } from '../../../sim/targets/config/spec.ts';
import { createTarget } from '../../../sim/targets/index.ts';
import type { Target } from '../../../sim/targets/combine.ts';
import type { Conversation, RoomMessage, ShopIntent, TargetViewer } from '../../../sim/targets/target.ts';
import { blocksOf } from '../../docs/pages.ts';
import { load } from '../config/rig.ts';
import { someone } from '../viewer.ts';
import { SmallShop } from './small-shop.ts';

/** A shop that knows nothing of flashcrowd, driven by the target file of docs/targets.md alone. */
describe('the shop of docs/targets.md', () => {
  let shop: SmallShop;
  let target: Target;
  const clients = new HttpClients(4);

  beforeAll(async () => {
    shop = await SmallShop.start();
    const block = blocksOf('docs/targets.md').find(({ label }) => label === 'target my-shop.yaml');
    const environment = { SHOP_URL: shop.url, SHOP_WS: shop.url.replace('http', 'ws'), SHOP_ADMIN_KEY: shop.adminKey };
    target = await createTarget((await load(parse(block?.text ?? '') as TargetSpec, { environment })).config);
    await setUp();
  });
  afterAll(async () => {
    await clients.destroy();
    await shop.kill();
  });

  async function end<T>(origin: string, conversation: Conversation<T>): Promise<T> {
    const result = await converse(clients, origin, conversation, 5000);
    if ('end' in result) return result.end;
    throw 'thrown' in result && result.thrown ? result.thrown : new Error(result.failure);
  }

  async function setUp(): Promise<void> {
    const mug = { id: 'mug', title: 'Mug', priceMinor: 1900, stock: 3, perBuyer: null, open: false, coupon: null };
    const [host] = target.hosts;
    await end(host.origin, host.setup({ roomIds: ['main'], currency: 'EUR', holdMs: 60_000, products: [mug] }));
  }

  async function arrived(id: string): Promise<TargetViewer> {
    const viewer = someone({ id });
    const [arrival] = target.arrivals;
    expect(await end(arrival.origin, arrival.arrive(viewer))).toEqual({ ok: true, code: 'ok' });
    return viewer;
  }

  function step(viewer: TargetViewer, intent: Partial<ShopIntent> & { kind: ShopIntent['kind'] }) {
    const shopTarget = target.shop!;
    const whole = {
      productId: 'mug',
      units: 2,
      idempotencyKey: `${viewer.id}-${intent.kind}`,
      card: 'good',
      ...intent,
    };
    return end(shopTarget.origin, shopTarget.step(whole as ShopIntent, viewer));
  }

  function drop(): Promise<null> {
    const [host] = target.hosts;
    return end(host.origin, host.cue({ kind: 'drop', id: 'drop-1', roomId: '*', productId: 'mug' }));
  }

  it('is set up by its host', async () => {
    expect(shop.products.get('SKU-100')).toEqual({ priceCents: 1900, available: 3, onSale: false });
    const viewer = await arrived('early');
    expect(await step(viewer, { kind: 'view' })).toEqual({ status: 'ok', code: 'ok', priceMinor: 1900 });
    expect(await step(viewer, { kind: 'cart' })).toEqual({ status: 'rejected', code: 'not_open' });
  });

  it('lets viewers chat, and hears of the drop from them', async () => {
    const viewer = await arrived('followers-1');
    const room = target.room!;
    const heard: RoomMessage[] = [];
    const socket = new WebSocket(room.connect(viewer).url);
    const next = async (): Promise<RoomMessage> => {
      const before = heard.length;
      while (heard.length === before) {
        const [data] = (await once(socket, 'message')) as [Buffer];
        room.decode(data.toString(), (message) => heard.push(message));
      }
      return heard[before];
    };
    expect(await next()).toEqual({ kind: 'welcome', seq: null, openCueIds: [] });
    const said = room.say({ kind: 'chat', text: 'hi [fc:0.1.0.a]', ref: 1 }, viewer);
    socket.send(said as string);
    expect(await next()).toMatchObject({ kind: 'chat', from: 'followers-1', text: 'hi [fc:0.1.0.a]' });
    expect(room.say({ kind: 'like', count: 3 }, viewer)).toBeNull();
    const announced = next();
    await drop();
    expect(await announced).toMatchObject({ kind: 'announcement', cueKind: 'drop', productId: 'mug' });
    socket.close();
  });

  it('does not let in who has not signed in', async () => {
    const room = target.room!;
    const socket = new WebSocket(room.connect(someone()).url);
    const [data] = (await once(socket, 'message')) as [Buffer];
    const heard: RoomMessage[] = [];
    room.decode(data.toString(), (message) => heard.push(message));
    expect(heard).toEqual([{ kind: 'refused', code: 'refused', reason: 'sign in first' }]);
    socket.close();
  });

  it('sells, refuses and declines, and its books say the same', async () => {
    await drop();
    const ann = await arrived('followers-2');
    expect(await step(ann, { kind: 'cart' })).toMatchObject({
      status: 'ok',
      priceMinor: 1900,
      cartId: ann.session.cart,
    });
    const ordered = await step(ann, { kind: 'checkout' });
    expect(ordered).toEqual({ status: 'ok', code: 'ok', orderId: '1', amountMinor: 3800 });
    expect(await step(ann, { kind: 'pay', card: 'declined' })).toEqual({ status: 'rejected', code: 'card_declined' });
    const paid = await step(ann, { kind: 'pay' });
    expect(paid).toEqual({
      status: 'ok',
      code: 'ok',
      orderId: '1',
      amountMinor: 3800,
      paymentId: shop.orders[0].payment,
    });
    expect(await step(ann, { kind: 'pay' })).toEqual(paid);

    const bob = await arrived('followers-3');
    expect(await step(bob, { kind: 'cart' })).toEqual({ status: 'rejected', code: 'sold_out' });
    expect((await step(bob, { kind: 'cart', units: 1 })).status).toBe('ok');
    expect((await step(bob, { kind: 'checkout' })).status).toBe('ok');
    expect(await step(bob, { kind: 'refund' })).toEqual({ status: 'ok', code: 'ok' });

    const old = { ...shop.orders[0], id: '3', createdAt: '2020-01-01T00:00:00Z', customer: '' };
    shop.orders.push(old);
    const books = await end(target.books!.origin, target.books!.audit());
    expect(books).toMatchObject({
      exclusive: false,
      products: [{ id: 'mug', stockedUnits: null, soldUnits: null, leftUnits: 0, heldUnits: 1 }],
      orders: [
        { id: '1', buyerId: 'followers-2', productId: 'mug', units: 2, amountMinor: 3800, status: 'paid' },
        { id: '2', buyerId: 'followers-3', productId: 'mug', units: 1, amountMinor: 1900, status: 'pending' },
      ],
      payments: null,
    });
    expect(Math.abs((books.readAtEpochMs ?? 0) - Date.now())).toBeLessThan(5000);
  });
});
