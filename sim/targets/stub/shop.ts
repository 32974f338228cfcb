import type {
  CartAnswer,
  CartRequest,
  CheckoutAnswer,
  CheckoutRequest,
  PaymentAnswer,
  PaymentRequest,
  ProductAnswer,
  RefundAnswer,
  RefundRequest,
  ShopError,
} from '../../../server-stub/protocol.ts';
import type { HttpAnswer, HttpRequest, ShopIntent, ShopOutcome, TargetViewer } from '../target.ts';

export function json(
  method: HttpRequest['method'],
  path: string,
  body?: unknown,
  idempotencyKey?: string,
): HttpRequest {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  return { method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

export function encodeShop(intent: ShopIntent, viewer: TargetViewer): HttpRequest {
  switch (intent.kind) {
    case 'view':
      return json('GET', `/products/${encodeURIComponent(intent.productId)}`);
    case 'cart': {
      const { productId, units, coupon } = intent;
      const body: CartRequest = { viewer: viewer.id, product: productId, units, ...(coupon ? { coupon } : {}) };
      return json('POST', '/carts', body, intent.idempotencyKey);
    }
    case 'checkout': {
      const body: CheckoutRequest = { viewer: viewer.id, cart: viewer.session.cart };
      return json('POST', '/checkouts', body, intent.idempotencyKey);
    }
    case 'pay': {
      const body: PaymentRequest = { viewer: viewer.id, order: viewer.session.order, card: `tok_${intent.card}` };
      return json('POST', '/payments', body, intent.idempotencyKey);
    }
    case 'refund': {
      const body: RefundRequest = { order: viewer.session.order };
      return json('POST', '/refunds', body, intent.idempotencyKey);
    }
  }
}

/** The body decides, whatever the status: a refusal under a 200 is a refusal. */
export function outcome(intent: ShopIntent, answer: HttpAnswer, viewer: TargetViewer): ShopOutcome {
  if (answer.status >= 500) return { status: 'unknown', code: 'broken' };
  const body = JSON.parse(answer.body) as object;
  if ('error' in body) return rejection(body as ShopError);
  switch (intent.kind) {
    case 'view':
      return { status: 'ok', code: 'ok', priceMinor: (body as ProductAnswer).priceMinor };
    case 'cart':
      return cart(body as CartAnswer, viewer);
    case 'checkout': {
      const { order, units, amountMinor } = body as CheckoutAnswer;
      viewer.session.order = order;
      return { status: 'ok', code: 'ok', units, orderId: order, amountMinor };
    }
    case 'pay': {
      const { order, payment, units, amountMinor } = body as PaymentAnswer;
      return { status: 'ok', code: 'ok', orderId: order, paymentId: payment, amountMinor, units };
    }
    case 'refund': {
      const { order, amountMinor } = body as RefundAnswer;
      return { status: 'ok', code: 'ok', orderId: order, amountMinor };
    }
  }
}

/** A cart without a unit in it is no cart, however politely it is said. */
function cart({ cart: cartId, units, priceMinor, discountMinor }: CartAnswer, viewer: TargetViewer): ShopOutcome {
  if (units === 0) return { status: 'rejected', code: 'sold_out' };
  viewer.session.cart = cartId;
  return { status: 'ok', code: 'ok', cartId, units, priceMinor, discountMinor };
}

function rejection({ error }: ShopError): ShopOutcome {
  switch (error) {
    case 'sold_out':
    case 'not_open':
    case 'limit_reached':
    case 'card_declined':
    case 'expired':
      return { status: 'rejected', code: error };
    case 'throttled':
    case 'in_progress':
      return { status: 'rejected', code: 'throttled' };
    default:
      return { status: 'rejected', code: 'refused' };
  }
}
