import type { FastifyInstance } from 'fastify';
import { nowMs } from '../clock.ts';
import { sendError } from '../http/answers.ts';
import type { CartAnswer, CartRequest, CheckoutAnswer, CheckoutRequest, ShopError } from '../protocol.ts';
import type { Store } from '../store.ts';
import type { Faults } from './faults.ts';
import { RecentOrders } from './recent-orders.ts';

const BURST_MS = 300;
const SLOW_MS = 2500;

/** What an answer is made of, before it becomes text. */
interface Answered {
  readonly status: number;
  readonly body: unknown;
}

/** Makes the shop's routes of `shop` break. It must be a context of their own: what is in it breaks, nothing else. */
export function shopFaults(shop: FastifyInstance, faults: Faults, store: Store): void {
  refuseSome(shop, faults);
  changeSome(shop, faults, store);
  holdUpSome(shop, faults);
}

/** Before anything is done: bursts of errors, and refusals that look like successes. */
function refuseSome(shop: FastifyInstance, faults: Faults): void {
  let burstEndsAtMs = 0;
  shop.addHook('preHandler', (_request, reply, done) => {
    if (!faults.isAnyOn('http')) return done();
    const isInBurst = faults.isOn('error_bursts') && nowMs() < burstEndsAtMs;
    if (isInBurst) return void sendError(reply, 500, 'internal', 'fault error_bursts');
    if (faults.happens('error_bursts')) {
      burstEndsAtMs = nowMs() + BURST_MS;
      return void sendError(reply, 500, 'internal', 'fault error_bursts');
    }
    if (faults.happens('throttled_200')) return void sendError(reply, 200, 'throttled', 'fault throttled_200');
    done();
  });
}

/** When everything is done: answers that say something else. */
function changeSome(shop: FastifyInstance, faults: Faults, store: Store): void {
  const orders = new RecentOrders();
  let emptyCarts = 0;

  const emptyCart = async ({ product }: CartRequest): Promise<CartAnswer | null> => {
    const page = await store.product(product);
    if (!page.ok) return null;
    const { priceMinor } = page.value;
    const cart = `cart-empty-${++emptyCarts}`;
    return { cart, priceMinor, units: 0, discountMinor: 0, expiresAt: nowMs(), warnings: ['not_enough_stock'] };
  };

  /** @returns what is answered instead, or undefined. */
  const changed = async (route: string, asked: unknown, { status, body }: Answered): Promise<Answered | undefined> => {
    if (route === '/carts' && status === 409 && (body as ShopError).error === 'sold_out') {
      const cart = faults.isDue('shortage_warning') ? await emptyCart(asked as CartRequest) : null;
      return cart !== null && faults.count('shortage_warning') ? { status: 201, body: cart } : undefined;
    }
    if (route === '/checkouts' && status === 201 && faults.isOn('wrong_buyer')) {
      const placed = body as CheckoutAnswer;
      const { viewer } = asked as CheckoutRequest;
      const order = orders.ofSomebodyElse(viewer);
      orders.note(viewer, placed.order);
      return order !== null && faults.happens('wrong_buyer') ? { status, body: { ...placed, order } } : undefined;
    }
    if (route === '/payments' && status === 201 && faults.happens('saved_not_confirmed')) {
      return { status: 402, body: { error: 'card_declined', message: 'the card was declined' } satisfies ShopError };
    }
    return undefined;
  };

  shop.addHook('preSerialization', async (request, reply, body) => {
    if (!faults.isAnyOn('http')) return body;
    const instead = await changed(request.routeOptions.url ?? '', request.body, { status: reply.statusCode, body });
    if (instead === undefined) return body;
    reply.code(instead.status);
    return instead.body;
  });
}

/** The answer comes late, or never: then the client hangs up some time, or the shop cuts all lines when it closes. */
function holdUpSome(shop: FastifyInstance, faults: Faults): void {
  shop.addHook('onSend', (request, reply, body, done) => {
    if (!faults.isAnyOn('http')) return done(null, body);
    const isCaptured = request.routeOptions.url === '/payments' && reply.statusCode === 201;
    if (isCaptured && faults.happens('answer_lost')) return;
    if (!faults.happens('slow_answers')) return done(null, body);
    setTimeout(() => done(null, body), SLOW_MS).unref();
  });
}
