import { emailOf } from './buyers.ts';
import { forget, query, type Api, type GraphReply } from './graphql.ts';
import type { VendureOptions } from './options.ts';
import { pick, placeOf } from './products.ts';
import { BROKEN, failureOf, refusalOf, rejected, type ErrorResult } from './refusals.ts';
import * as ask from './shop-queries.ts';
import { SOLD, type OrderResult, type PageVariant, type ShopOrder } from './shop-queries.ts';
import { cartOf, dueOf, paidOf } from './told.ts';
import type { Conversation, ShopIntent, ShopOutcome, TargetViewer } from '../target.ts';

type Talk = Conversation<ShopOutcome>;
type Intent<K extends ShopIntent['kind']> = Extract<ShopIntent, { kind: K }>;

/**
 * The buyer's side. Vendure knows no idempotency keys, so a step that is asked for again first looks at how far the one before came, as
 * a shopper does who loads the page again. `viewer.session` holds `token` or `cookie` of the guest, `cart` and `checkout` (the keys of
 * those steps) and `order` (its code).
 *
 * Amounts are those of the goods, without shipping, in every answer: a cart promises a price before it knows where the parcel goes.
 */
export class VendureShop {
  private readonly api: Api;
  private readonly options: VendureOptions;
  /** By product of the scenario, as its page told. */
  private readonly variants = new Map<string, string>();

  constructor(api: Api, options: VendureOptions) {
    this.api = api;
    this.options = options;
  }

  step(intent: ShopIntent, viewer: TargetViewer): Talk {
    switch (intent.kind) {
      case 'view':
        return this.view(intent.productId, viewer, (variant) => ({
          end: { status: 'ok', code: 'ok', ...(variant ? { priceMinor: variant.priceWithTax } : {}) },
        }));
      case 'cart':
        return this.cart(intent, viewer);
      case 'checkout':
        return this.checkout(intent, viewer);
      case 'pay':
        return this.pay(intent, viewer);
      case 'refund':
        // Guests cannot: it is up to the shop's staff.
        return { end: rejected('refused') };
    }
  }

  /** `then` gets `null` where there is no page, or nothing on it that is for sale. */
  private view(productId: string, viewer: TargetViewer, then: (variant: PageVariant | null) => Talk): Talk {
    const place = placeOf(this.options, productId);
    if ('variant' in place) return then(null);
    return this.ask<{ variants: readonly PageVariant[] } | null>(viewer, ask.PAGE, { slug: place.slug }, (page) => {
      if (page === null) return { end: rejected('refused') };
      const variant = pick(page.variants, place.sku);
      if (variant !== null) this.variants.set(productId, variant.id);
      return then(variant);
    });
  }

  private cart(intent: Intent<'cart'>, viewer: TargetViewer): Talk {
    const { productId, idempotencyKey } = intent;
    if (viewer.session.cart !== idempotencyKey) startAnew(viewer, idempotencyKey);
    const place = placeOf(this.options, productId);
    const known = 'variant' in place ? place.variant : this.variants.get(productId);
    if (known !== undefined) return this.addTo(intent, viewer, known);
    return this.view(productId, viewer, (variant) =>
      variant === null ? { end: rejected('not_open') } : this.addTo(intent, viewer, variant.id),
    );
  }

  private addTo(intent: Intent<'cart'>, viewer: TargetViewer, variant: string): Talk {
    const { units, coupon } = intent;
    const finish = (order: ShopOrder): Talk => ({ end: cartOf(order, variant, viewer) });
    const enterCoupon = (order: ShopOrder): Talk =>
      coupon === undefined ? finish(order) : this.change(viewer, ask.APPLY_COUPON, { coupon }, finish);
    return this.change(viewer, ask.ADD_ITEM, { variant, units }, (order) => {
      const line = order.lines.find(({ productVariant }) => productVariant.id === variant);
      // Its first request had come through after all.
      if (line !== undefined && line.quantity > units) {
        return this.change(viewer, ask.ADJUST_LINE, { line: line.id, units }, enterCoupon);
      }
      return enterCoupon(order);
    });
  }

  private checkout({ idempotencyKey }: Intent<'checkout'>, viewer: TargetViewer): Talk {
    if (viewer.session.checkout !== idempotencyKey) {
      viewer.session.checkout = idempotencyKey;
      return this.prepare(viewer);
    }
    return this.ask<ShopOrder | null>(viewer, ask.ACTIVE_ORDER, {}, (order) => {
      if (order === null) return { end: rejected('expired') };
      return order.state === 'ArrangingPayment' ? { end: dueOf(order, viewer) } : this.prepare(viewer);
    });
  }

  /** Who buys, where the parcel goes and how. */
  private prepare(viewer: TargetViewer): Talk {
    const { address, emailDomain, shippingMethod, arrange } = this.options;
    const customer = { emailAddress: emailOf(viewer.id, emailDomain), firstName: viewer.name, lastName: 'flashcrowd' };
    const arranged = (order: ShopOrder): Talk =>
      arrange === 'pay'
        ? { end: dueOf(order, viewer) }
        : this.change(viewer, ask.ARRANGE, {}, (ready) => ({ end: dueOf(ready, viewer) }));
    const shipped = (): Talk =>
      this.ask<readonly { id: string; code: string }[]>(viewer, ask.SHIPPING_METHODS, {}, (methods) => {
        const method = methods.find(({ code }) => shippingMethod === undefined || code === shippingMethod);
        if (method === undefined) return { end: rejected('refused') };
        return this.change(viewer, ask.SET_SHIPPING, { method: [method.id] }, arranged);
      });
    const to = { fullName: `${viewer.name} flashcrowd`, ...address };
    return this.change(viewer, ask.SET_CUSTOMER, { customer }, () =>
      this.change(viewer, ask.SET_ADDRESS, { address: to }, shipped),
    );
  }

  private pay({ card }: Intent<'pay'>, viewer: TargetViewer): Talk {
    const { paymentMethod, paymentMetadata, declinedMetadata, arrange } = this.options;
    const payment = { method: paymentMethod, metadata: card === 'good' ? paymentMetadata : declinedMetadata };
    const charge = (): Talk =>
      this.ask<OrderResult>(viewer, ask.PAY, { payment }, (result) => {
        if (isOrder(result)) return { end: SOLD.includes(result.state) ? paidOf(result) : BROKEN };
        return isOver(result) ? this.lookUp(viewer) : { end: refusalOf(result) };
      });
    if (arrange === 'checkout') return charge();
    return this.ask<OrderResult | null>(viewer, ask.ARRANGE, {}, (result) => {
      if (result === null) return this.lookUp(viewer);
      // A declined card leaves it there, and the next one is tried.
      const isReady = isOrder(result) || result.fromState === 'ArrangingPayment';
      return isReady ? charge() : { end: refusalOf(result) };
    });
  }

  /** There is nothing to pay any more: paid before, by a request whose answer never came, or gone. */
  private lookUp(viewer: TargetViewer): Talk {
    const { order: code } = viewer.session;
    if (!code) return { end: rejected('expired') };
    return this.ask<ShopOrder | null>(viewer, ask.ORDER_BY_CODE, { code }, (order) => ({
      end: order !== null && SOLD.includes(order.state) ? paidOf(order) : rejected('expired'),
    }));
  }

  /** A change of the active order. `then` gets the order as it is after it; refusals end the step. */
  private change(
    viewer: TargetViewer,
    text: string,
    variables: Readonly<Record<string, unknown>>,
    then: (order: ShopOrder) => Talk,
  ): Talk {
    return this.ask<OrderResult | null>(viewer, text, variables, (result) => {
      if (result === null) return { end: rejected('expired') };
      if (isOrder(result)) return then(result);
      // What there was is in the cart.
      if ('order' in result && (result.quantityAvailable ?? 0) > 0) return then(result.order);
      return { end: refusalOf(result) };
    });
  }

  private ask<R>(
    viewer: TargetViewer,
    text: string,
    variables: Readonly<Record<string, unknown>>,
    then: (result: R) => Talk,
  ): Talk {
    return query(this.api, viewer.session, text, variables, (reply: GraphReply) => {
      const failure = failureOf(reply);
      return failure === null ? then(reply.data?.result as R) : { end: failure };
    });
  }
}

/** Every purchase is that of a new guest: what is left in the cart of one before must not be bought along. */
function startAnew({ session }: TargetViewer, idempotencyKey: string): void {
  forget(session);
  delete session.order;
  delete session.checkout;
  session.cart = idempotencyKey;
}

function isOrder(result: OrderResult): result is ShopOrder {
  return result.type === 'Order';
}

function isOver({ errorCode }: ErrorResult): boolean {
  return errorCode === 'NO_ACTIVE_ORDER_ERROR' || errorCode === 'ORDER_PAYMENT_STATE_ERROR';
}
