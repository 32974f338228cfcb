import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CartRequest, CheckoutRequest, PaymentAnswer, PaymentRequest, RefundRequest } from '../protocol.ts';
import type { PaymentOrder, Result, Store } from '../store.ts';
import { answer } from './answers.ts';
import { cartSchema, checkoutSchema, paymentSchema, refundSchema } from './schemas.ts';

/** The shop that viewers buy from. `paymentDelayMs` is how long the gateway takes to answer. */
export function shopRoutes(app: FastifyInstance, store: Store, paymentDelayMs: number): void {
  app.get<{ Params: { id: string } }>('/products/:id', async (request, reply) =>
    answer(reply, await store.product(request.params.id)),
  );
  app.post<{ Body: CartRequest }>('/carts', { schema: cartSchema }, async (request, reply) =>
    answer(reply, await store.reserve({ ...request.body, key: keyOf(request) }), 201),
  );
  app.post<{ Body: CheckoutRequest }>('/checkouts', { schema: checkoutSchema }, async (request, reply) =>
    answer(reply, await store.checkout({ ...request.body, key: keyOf(request) }), 201),
  );
  app.post<{ Body: PaymentRequest }>('/payments', { schema: paymentSchema }, async (request, reply) =>
    answer(reply, await pay(store, { ...request.body, key: requiredKeyOf(request) }, paymentDelayMs), 201),
  );
  app.post<{ Body: RefundRequest }>('/refunds', { schema: refundSchema }, async (request, reply) =>
    answer(reply, await store.refund({ ...request.body, key: requiredKeyOf(request) }), 201),
  );
}

async function pay(store: Store, request: PaymentOrder, delayMs: number): Promise<Result<PaymentAnswer>> {
  const start = await store.beginPayment(request);
  if (start.state === 'answered') return start.result;
  // The delay must not keep a process alive that wants to end.
  if (delayMs > 0) await delay(delayMs, undefined, { ref: false });
  return store.settlePayment(start.attempt, request.card === 'tok_good' ? 'captured' : 'declined');
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
}

/** For routes whose schema has made sure that the header is there. */
function requiredKeyOf(request: FastifyRequest): string {
  return String(request.headers['idempotency-key']);
}
