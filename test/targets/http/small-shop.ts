import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { answerJson, bodyOf, LocalHttp } from '../../services/local-http.ts';

interface Product {
  priceCents: number;
  available: number;
  onSale: boolean;
}

interface Order {
  readonly id: string;
  readonly customer: string;
  readonly sku: string;
  readonly quantity: number;
  readonly total: number;
  readonly createdAt: string;
  state: 'NEW' | 'PAID';
  payment?: string;
}

type Json = Readonly<Record<string, unknown>>;
type Answer = readonly [status: number, body: unknown];

const ADMIN_KEY = 'k-admin';
/** Small, so that an audit has to turn pages. */
const PAGE = 2;

/** The shop of docs/targets.md, which flashcrowd knows only by the target file there. Amounts are such as 19.00. */
export class SmallShop {
  readonly adminKey = ADMIN_KEY;
  readonly orders: Order[] = [];
  readonly products = new Map<string, Product>();
  private readonly http: LocalHttp;
  private readonly sessions = new Map<string, string>();
  private readonly carts = new Map<string, { customer: string; sku: string; quantity: number }>();
  private readonly paid = new Map<string, Answer>();
  private readonly viewers = new Set<WebSocket>();

  private constructor(http: LocalHttp) {
    this.http = http;
    http.server.on('request', (request, response) => void this.serve(request, response));
    const rooms = new WebSocketServer({ server: http.server });
    rooms.on('connection', (socket, { url = '' }) => this.enter(socket, new URL(url, this.url)));
  }

  static async start(): Promise<SmallShop> {
    return new SmallShop(await LocalHttp.listen(() => undefined));
  }

  get url(): string {
    return `http://${this.http.host}`;
  }

  kill(): Promise<void> {
    return this.http.kill();
  }

  /** To everybody in the room. */
  say(event: string, data: Json): void {
    for (const socket of this.viewers) socket.send(JSON.stringify({ event, data }));
  }

  private enter(socket: WebSocket, { searchParams }: URL): void {
    const user = this.sessions.get(searchParams.get('token') ?? '');
    if (user === undefined) {
      socket.send(JSON.stringify({ event: 'kicked', data: { why: 'sign in first' } }));
      return socket.close(4401);
    }
    this.viewers.add(socket);
    socket.on('close', () => this.viewers.delete(socket));
    socket.on('message', (data: Buffer) => {
      const { text } = (JSON.parse(data.toString()) as { data: { text: string } }).data;
      this.say('message', { user, text, sentAt: new Date().toISOString() });
    });
    socket.send(JSON.stringify({ event: 'joined', data: { user } }));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', this.url);
    const text = await bodyOf(request);
    const body = (text === '' ? {} : JSON.parse(text)) as Json;
    const [status, value] = pathname.startsWith('/api/admin/')
      ? this.admin(request, pathname, searchParams, body)
      : this.visitor(request, pathname, body);
    answerJson(response, status, value);
  }

  private visitor({ method, headers }: IncomingMessage, path: string, body: Json): Answer {
    if (path === '/health') return [200, {}];
    if (path === '/api/login') {
      const token = randomUUID();
      this.sessions.set(token, String(body.user));
      return [200, { token }];
    }
    const customer = this.sessions.get((headers.authorization ?? '').replace('Bearer ', ''));
    if (customer === undefined) return [401, { error: 'SIGN_IN' }];
    const [, , what, id, action] = path.split('/');
    const product = this.products.get(what === 'products' ? decodeURIComponent(id) : String(body.sku));
    if (method === 'GET') return product ? [200, { price: product.priceCents / 100 }] : [404, { error: 'NO_PRODUCT' }];
    if (what === 'carts' && id === undefined) return this.addToCart(customer, product, body);
    if (what === 'orders' && id === undefined) return this.order(String(body.cart));
    return action === 'pay' ? this.pay(id, String(headers['idempotency-key']), body) : [404, { error: 'NO_PAGE' }];
  }

  private addToCart(customer: string, product: Product | undefined, { sku, quantity }: Json): Answer {
    if (!product?.onSale) return [200, { error: 'NOT_ON_SALE' }];
    if (product.available < Number(quantity)) return [409, { error: 'OUT_OF_STOCK' }];
    const id = randomUUID();
    this.carts.set(id, { customer, sku: String(sku), quantity: Number(quantity) });
    return [201, { cart: { id, unitPrice: (product.priceCents / 100).toFixed(2) } }];
  }

  private order(cartId: string): Answer {
    const cart = this.carts.get(cartId);
    const product = cart && this.products.get(cart.sku);
    if (!cart || !product) return [410, { error: 'CART_GONE' }];
    if (product.available < cart.quantity) return [409, { error: 'OUT_OF_STOCK' }];
    product.available -= cart.quantity;
    const id = String(this.orders.length + 1);
    const total = (product.priceCents * cart.quantity) / 100;
    this.orders.push({ id, ...cart, total, createdAt: new Date().toISOString(), state: 'NEW' });
    return [201, { order: { id: Number(id), total } }];
  }

  private pay(id: string, key: string, { card }: Json): Answer {
    const before = this.paid.get(key);
    if (before) return before;
    const order = this.orders.find((each) => each.id === id);
    if (!order) return [404, { error: 'NO_ORDER' }];
    if (card !== 'tok_visa') return [402, { error: 'DECLINED' }];
    order.state = 'PAID';
    order.payment = randomUUID();
    const answer: Answer = [200, { charged: order.total, payment: order.payment }];
    this.paid.set(key, answer);
    return answer;
  }

  private shelf(sku: string, { available }: Product): Json {
    const unpaid = this.orders.filter((order) => order.sku === sku && order.state === 'NEW');
    return { sku, available, reserved: unpaid.reduce((sum, { quantity }) => sum + quantity, 0) };
  }

  private admin({ method, headers }: IncomingMessage, path: string, query: URLSearchParams, body: Json): Answer {
    if (headers['x-admin-key'] !== ADMIN_KEY) return [403, { error: 'ADMIN_ONLY' }];
    const [, , , what, id] = path.split('/');
    if (what === 'products' && method === 'PUT') {
      const { price, stock, onSale } = body as { price: number; stock: number; onSale: boolean };
      this.products.set(id, { priceCents: Math.round(price * 100), available: stock, onSale });
      return [200, {}];
    }
    if (what === 'sales') {
      const product = this.products.get(String(body.sku));
      if (!product) return [404, { error: 'NO_PRODUCT' }];
      product.onSale = true;
      this.say('sale_started', { sku: String(body.sku), at: Date.now() });
      return [200, {}];
    }
    if (what === 'stock') return [200, Array.from(this.products, ([sku, product]) => this.shelf(sku, product))];
    const page = Number(query.get('page') ?? 1);
    const found = this.orders.slice((page - 1) * PAGE, page * PAGE);
    const next = page * PAGE < this.orders.length ? `${this.url}/api/admin/orders?page=${page + 1}` : null;
    return [200, { orders: found, next }];
  }
}
