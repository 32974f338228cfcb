import type {
  BooksAnswer,
  CartAnswer,
  CartRequest,
  CheckoutAnswer,
  CheckoutRequest,
  CueRequest,
  PaymentAnswer,
  PaymentRequest,
  ShopError,
  ShowRequest,
} from '../../../server-stub/protocol.ts';
import type { Books } from '../../ledger/books.ts';
import type {
  HostCue,
  HttpAnswer,
  HttpRequest,
  ShopIntent,
  ShopOutcome,
  ShowSetup,
  Target,
  TargetViewer,
} from '../target.ts';
import { decodeFrame, encodeRoomIntent } from './room.ts';

export interface StubTargetOptions {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly baseUrl: string;
  readonly adminToken: string;
}

/** The adapter for the bundled server. Measures everything. */
export function stubTarget({ baseUrl, adminToken }: StubTargetOptions): Target {
  const admin = (method: HttpRequest['method'], path: string, body?: unknown): HttpRequest => ({
    ...json(method, path, body),
    headers: { 'content-type': 'application/json', 'x-admin-token': adminToken },
  });
  return {
    name: 'stub',
    baseUrl,
    abilities: { chatLag: true, chatSequence: true, books: true, hostActions: true },
    health: () => ({ method: 'GET', path: '/healthz' }),
    socket: (viewer) => ({
      url: `${baseUrl.replace(/^http/, 'ws')}/rooms/${encodeURIComponent(viewer.roomId)}/ws?viewer=${encodeURIComponent(viewer.id)}&name=${encodeURIComponent(viewer.name)}`,
    }),
    encodeRoom: encodeRoomIntent,
    decode: decodeFrame,
    encodeShop,
    outcome,
    setup: (show) => [admin('PUT', '/admin/show', showRequest(show))],
    cue: (cue) => admin('POST', '/admin/cues', cueRequest(cue)),
    audit: () => [admin('GET', '/admin/books')],
    readBooks: (answers) => readBooks(JSON.parse(answers[0].body) as BooksAnswer),
  };
}

function json(method: HttpRequest['method'], path: string, body?: unknown, idempotencyKey?: string): HttpRequest {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  return { method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
}

function encodeShop(intent: ShopIntent, viewer: TargetViewer): HttpRequest {
  switch (intent.kind) {
    case 'view':
      return json('GET', `/products/${encodeURIComponent(intent.productId)}`);
    case 'cart': {
      const body: CartRequest = { viewer: viewer.id, product: intent.productId, units: intent.units };
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
  }
}

function outcome(intent: ShopIntent, answer: HttpAnswer, viewer: TargetViewer): ShopOutcome {
  if (answer.status >= 500) return { status: 'unknown', code: 'broken' };
  if (answer.status >= 400) return rejection(answer);
  switch (intent.kind) {
    case 'view':
      return { status: 'ok', code: 'ok' };
    case 'cart': {
      const body = JSON.parse(answer.body) as CartAnswer;
      viewer.session.cart = body.cart;
      return { status: 'ok', code: 'ok', units: body.units };
    }
    case 'checkout': {
      const body = JSON.parse(answer.body) as CheckoutAnswer;
      viewer.session.order = body.order;
      return { status: 'ok', code: 'ok', units: body.units, orderId: body.order };
    }
    case 'pay': {
      const body = JSON.parse(answer.body) as PaymentAnswer;
      return { status: 'ok', code: 'ok', orderId: body.order, amountMinor: body.amountMinor, units: body.units };
    }
  }
}

function rejection(answer: HttpAnswer): ShopOutcome {
  const { error } = JSON.parse(answer.body) as ShopError;
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

function showRequest(show: ShowSetup): ShowRequest {
  return {
    rooms: [...show.roomIds],
    currency: show.currency,
    holdMs: show.holdMs,
    products: show.products.map((product) => ({ ...product })),
  };
}

function cueRequest({ roomId, productId, ...cue }: HostCue & { productId?: string }): CueRequest {
  return { ...cue, room: roomId, ...(productId === undefined ? {} : { product: productId }) };
}

function readBooks(answer: BooksAnswer): Books {
  return {
    products: answer.products.map((product) => ({
      id: product.id,
      stockedUnits: product.stocked,
      soldUnits: product.sold,
      leftUnits: product.left,
      heldUnits: product.held,
    })),
    orders: answer.orders.map((order) => ({
      id: order.id,
      buyerId: order.viewer,
      productId: order.product,
      units: order.units,
      amountMinor: order.amountMinor,
      status: order.status,
    })),
    payments: answer.payments.map((payment) => ({
      id: payment.id,
      orderId: payment.order,
      amountMinor: payment.amountMinor,
      status: payment.status,
    })),
    rooms: answer.rooms.map((room) => ({ id: room.id, messagesPublished: room.messages, lastSeq: room.lastSeq })),
  };
}
