import type { BookOrder, Books } from '../../../sim/ledger/books.ts';
import type { GivenCue, Show } from '../../../sim/ledger/history.ts';

/**
 * A small shop that keeps its promises, for tests of the checkers: it shares no line with them nor with the bundled server. Each
 * defect breaks one promise, when `hits` says so.
 */

export const DEFECTS = [
  'double_capture',
  'confirmed_not_saved',
  'saved_not_confirmed',
  'captured_not_paid',
  'wrong_price',
  'unpriced_cue',
  'coupon_stacked',
  'limit_ignored',
  'shelf_ignored',
  'batch_ignored',
  'sold_out_early',
  'refund_keeps_units',
  'refund_keeps_money',
  'refund_lost',
  'hold_stuck',
  'key_ignored',
  'wrong_order',
  'movement_lost',
  'stale_figure',
] as const;
export type Defect = (typeof DEFECTS)[number];

export type Reply = { ok: true; value: Record<string, string | number> } | { ok: false; code: string };
type Movement = NonNullable<Books['movements']>[number];

interface Batch {
  left: number | null;
}
interface Shelf {
  readonly product: Show['products'][number];
  units: number;
  stocked: number;
  priceMinor: number;
  batch: Batch | null;
  readonly takenBy: Map<string, number>;
}
interface Hold {
  readonly id: string;
  readonly viewer: string;
  readonly shelf: Shelf;
  readonly batch: Batch;
  readonly units: number;
  readonly amountMinor: number;
  readonly isStuck: boolean;
  endsAtMs: number;
  state: 'held' | 'sold' | 'released' | 'refunded';
  order: { id: string; amountMinor: number; atMs: number; status: BookOrder['status'] } | null;
  paymentId: string | null;
}

export class HonestShop {
  private readonly hits: (defect: Defect) => boolean;
  private readonly holdMs: number;
  private readonly shelves: Map<string, Shelf>;
  private readonly holds: Hold[] = [];
  private readonly payments: { id: string; orderId: string; amountMinor: number; status: string; atMs: number }[] = [];
  private readonly movements: (Omit<Movement, 'atEpochMs'> & { atMs: number })[] = [];
  private readonly replies = new Map<string, Reply>();
  private ids = 0;

  constructor(show: Show, hits: (defect: Defect) => boolean) {
    this.hits = hits;
    this.holdMs = show.holdMs;
    this.shelves = new Map(
      show.products.map((product) => {
        const batch = product.dropped ? null : { left: null };
        const { stockUnits, priceMinor } = product;
        return [product.id, { product, units: 0, stocked: stockUnits, priceMinor, batch, takenBy: new Map() }];
      }),
    );
    for (const shelf of this.shelves.values()) this.move(shelf, 'initial', shelf.product.stockUnits, -1000);
  }

  /** What viewers are shown; `null`: the product is closed. */
  left(productId: string): number | null {
    const shelf = this.shelf(productId);
    return shelf.batch === null ? null : Math.min(shelf.units, shelf.batch.left ?? Infinity);
  }

  /** Carries a request out, once for each key. */
  once(key: string, work: () => Reply): Reply {
    const known = this.replies.get(key);
    if (known !== undefined && !(known.ok && this.hits('key_ignored'))) return known;
    const reply = work();
    this.replies.set(key, reply);
    return reply;
  }

  cart(atMs: number, viewer: string, productId: string, units: number, withCoupon: boolean): Reply {
    this.sweep(atMs);
    const shelf = this.shelf(productId);
    const { perBuyer, coupon } = shelf.product;
    const { batch } = shelf;
    if (batch === null) return { ok: false, code: 'not_open' };
    const taken = shelf.takenBy.get(viewer) ?? 0;
    if (perBuyer !== null && taken + units > perBuyer && !this.hits('limit_ignored')) {
      return { ok: false, code: 'limit_reached' };
    }
    const isShort = units > shelf.units && !this.hits('shelf_ignored');
    const isBeyondBatch = units > (batch.left ?? Infinity) && !this.hits('batch_ignored');
    if (isShort || isBeyondBatch || this.hits('sold_out_early')) return { ok: false, code: 'sold_out' };
    if (batch.left !== null) batch.left -= units;
    shelf.takenBy.set(viewer, taken + units);
    this.move(shelf, 'reserve', -units, atMs);
    const { priceMinor } = shelf;
    const once = withCoupon && coupon !== null ? Math.floor(priceMinor * units * coupon.offShare) : 0;
    const discountMinor = once > 0 && this.hits('coupon_stacked') ? 2 * once : once;
    const id = this.id('cart');
    const amountMinor = priceMinor * units - discountMinor;
    const made = {
      viewer,
      shelf,
      batch,
      units,
      amountMinor,
      isStuck: this.hits('hold_stuck'),
      order: null,
      paymentId: null,
    };
    this.holds.push({ id, ...made, endsAtMs: atMs + this.holdMs, state: 'held' });
    return { ok: true, value: { cartId: id, priceMinor, discountMinor, units } };
  }

  checkout(atMs: number, viewer: string, cartId: string): Reply {
    this.sweep(atMs);
    const hold = this.holds.find((one) => one.id === cartId && one.viewer === viewer);
    if (hold === undefined) return { ok: false, code: 'not_found' };
    if (hold.state === 'released') return { ok: false, code: 'expired' };
    if (hold.order === null) {
      const amountMinor = hold.amountMinor + (this.hits('wrong_price') ? 1 : 0);
      hold.order = { id: this.id('order'), amountMinor, atMs, status: 'pending' };
      hold.endsAtMs = atMs + this.holdMs;
    }
    const theirs = this.holds.find((one) => one.order !== null && one.viewer !== viewer)?.order;
    const order = theirs != null && this.hits('wrong_order') ? theirs : hold.order;
    return { ok: true, value: { orderId: order.id, amountMinor: order.amountMinor, units: hold.units } };
  }

  pay(atMs: number, viewer: string, orderId: string, isGood: boolean): Reply {
    this.sweep(atMs);
    const hold = this.ordered(orderId);
    if (hold?.order == null || hold.viewer !== viewer) return { ok: false, code: 'not_found' };
    const { order } = hold;
    if (order.status === 'cancelled' || order.status === 'refunded') return { ok: false, code: 'expired' };
    const answer = (paymentId: string): Reply => ({
      ok: true,
      value: { orderId, paymentId, amountMinor: order.amountMinor, units: hold.units },
    });
    if (hold.paymentId !== null && !this.hits('double_capture')) return answer(hold.paymentId);
    if (!isGood) {
      this.charge(order, 'declined', atMs);
      return { ok: false, code: 'card_declined' };
    }
    if (this.hits('confirmed_not_saved')) return answer(this.id('pay'));
    hold.paymentId = this.charge(order, 'captured', atMs);
    if (this.hits('double_capture')) this.charge(order, 'captured', atMs);
    if (!this.hits('captured_not_paid')) {
      order.status = 'paid';
      hold.state = 'sold';
    }
    return this.hits('saved_not_confirmed') ? { ok: false, code: 'card_declined' } : answer(hold.paymentId);
  }

  refund(atMs: number, orderId: string): Reply {
    this.sweep(atMs);
    const hold = this.ordered(orderId);
    if (hold?.order == null || hold.order.status !== 'paid') return { ok: false, code: 'bad_request' };
    if (this.hits('refund_lost')) return { ok: true, value: { orderId } };
    hold.order.status = 'refunded';
    hold.state = 'refunded';
    const payment = this.payments.find((one) => one.id === hold.paymentId);
    if (payment !== undefined && !this.hits('refund_keeps_money')) payment.status = 'refunded';
    if (!this.hits('refund_keeps_units')) this.giveBack(hold, 'refund', atMs);
    return { ok: true, value: { orderId } };
  }

  cue({ kind, productId, units, priceMinor }: GivenCue, atMs: number): void {
    this.sweep(atMs);
    const shelf = this.shelf(productId ?? '');
    if (kind === 'drop') shelf.batch = { left: units };
    if (kind === 'close') shelf.batch = null;
    if (kind === 'restock') {
      shelf.stocked += units ?? 0;
      this.move(shelf, 'restock', units ?? 0, atMs);
    }
    if (priceMinor !== null && !this.hits('unpriced_cue')) shelf.priceMinor = priceMinor;
  }

  /** `epochOffsetMs`: what this shop's clock shows beyond event time. */
  books(readAtMs: number, epochOffsetMs: number): Books {
    this.sweep(readAtMs);
    const at = (ms: number): number => ms + epochOffsetMs;
    const sum = (shelf: Shelf, state: Hold['state']): number =>
      this.holds.reduce((n, hold) => n + (hold.shelf === shelf && hold.state === state ? hold.units : 0), 0);
    return {
      readAtEpochMs: at(readAtMs),
      exclusive: true,
      products: [...this.shelves.values()].map((shelf) => ({
        id: shelf.product.id,
        stockedUnits: shelf.stocked,
        soldUnits: sum(shelf, 'sold'),
        leftUnits: shelf.units,
        heldUnits: sum(shelf, 'held'),
      })),
      orders: this.holds.flatMap(({ order, viewer, shelf, units }) =>
        order === null
          ? []
          : [
              {
                id: order.id,
                buyerId: viewer,
                productId: shelf.product.id,
                units,
                amountMinor: order.amountMinor,
                status: order.status,
                atEpochMs: at(order.atMs),
              },
            ],
      ),
      payments: this.payments.map(({ atMs, status, ...payment }) => ({
        ...payment,
        status: status as 'captured',
        atEpochMs: at(atMs),
      })),
      reservations: this.holds.map(({ id, viewer, shelf, units, endsAtMs, state }) => ({
        id,
        buyerId: viewer,
        productId: shelf.product.id,
        units,
        expiresAtEpochMs: at(endsAtMs),
        status: state,
      })),
      movements: this.movements.map(({ atMs, ...movement }) => ({ ...movement, atEpochMs: at(atMs) })),
      rooms: null,
    };
  }

  /** Gives back what is held too long. */
  sweep(atMs: number): void {
    for (const hold of this.holds) {
      if (hold.state !== 'held' || hold.isStuck || hold.endsAtMs > atMs) continue;
      hold.state = 'released';
      if (hold.order !== null) hold.order.status = 'cancelled';
      this.giveBack(hold, 'release', atMs);
    }
  }

  private giveBack(hold: Hold, kind: 'release' | 'refund', atMs: number): void {
    const { shelf, batch, viewer, units } = hold;
    if (batch.left !== null) batch.left += units;
    shelf.takenBy.set(viewer, (shelf.takenBy.get(viewer) ?? 0) - units);
    this.move(shelf, kind, units, atMs);
  }

  private charge(order: NonNullable<Hold['order']>, status: 'captured' | 'declined', atMs: number): string {
    const id = this.id('pay');
    this.payments.push({ id, orderId: order.id, amountMinor: order.amountMinor, status, atMs });
    return id;
  }

  private move(shelf: Shelf, kind: Movement['kind'], units: number, atMs: number): void {
    shelf.units += units;
    if (kind !== 'initial' && this.hits('movement_lost')) return;
    this.movements.push({ productId: shelf.product.id, kind, units, atMs });
  }

  private ordered(orderId: string): Hold | undefined {
    return this.holds.find(({ order }) => order?.id === orderId);
  }

  private shelf(productId: string): Shelf {
    const shelf = this.shelves.get(productId);
    if (shelf === undefined) throw new Error(`no product ${productId}`);
    return shelf;
  }

  private id(kind: string): string {
    return `${kind}-${++this.ids}`;
  }
}
