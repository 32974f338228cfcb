import type {
  CartAnswer,
  CheckoutAnswer,
  CueRequest,
  PaymentAnswer,
  ProductAnswer,
  RefundAnswer,
  ShowRequest,
} from '../../protocol.ts';
import { RedisLink, type Script } from '../../redis/link.ts';
import type {
  CheckoutOrder,
  PaymentAttempt,
  PaymentOrder,
  PaymentStart,
  RefundOrder,
  ReserveRequest,
  Result,
  ShopBooks,
  StockLevel,
  StockListener,
  Store,
} from '../../store.ts';
import { BOOKS_WITHIN_MS } from '../../unavailable.ts';
import { readBooks, type RawBooks } from './books.ts';
import { parse } from './parse.ts';
import { SCRIPTS } from './scripts.ts';
import { ServerClock } from './server-clock.ts';

interface RedisStoreOptions {
  /** `redis://[user:password@]host[:port][/database]` */
  readonly url: string;
  /** Begins every key. It should hold one hash tag, such as `{flashcrowd}:`. */
  readonly prefix: string;
  /** Reads the stock, compares here, and writes back: other requests come in between. */
  readonly naive: boolean;
  /** How long an order waits for a payment that is at the gateway. */
  readonly paymentLeaseMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** `now` stands still unless somebody moves it: the time of Redis says nothing about it. */
  readonly stoppedClock: boolean;
}

/** The store in Redis. Any number of instances may share one; each method is one script, and so one step. */
export class RedisStore implements Store {
  private readonly link: RedisLink;
  private readonly options: RedisStoreOptions;
  private readonly serverClock = new ServerClock();
  private listener: StockListener = () => {};

  private constructor(link: RedisLink, options: RedisStoreOptions) {
    this.link = link;
    this.options = options;
  }

  /** @throws Unavailable */
  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    const store = new RedisStore(await RedisLink.connect(options.url), options);
    try {
      await store.run(SCRIPTS.askTime, {});
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  watchStock(listener: StockListener): void {
    this.listener = listener;
  }

  async setShow({ currency, holdMs, products }: ShowRequest): Promise<void> {
    const items = products.map(({ perBuyer, open, coupon, ...item }) => ({
      ...item,
      perBuyer: perBuyer === null ? '' : String(perBuyer),
      open: open === false ? '0' : '1',
      coupon: coupon === undefined ? '' : JSON.stringify(coupon),
    }));
    await this.run(SCRIPTS.setShow, { currency, holdMs: String(holdMs), products: items });
  }

  product(id: string): Promise<Result<ProductAnswer>> {
    return this.run(SCRIPTS.product, { product: id });
  }

  async reserve(request: ReserveRequest): Promise<Result<CartAnswer>> {
    const { viewer, product, units, coupon } = request;
    const fingerprint = JSON.stringify([viewer, product, units, coupon ?? null]);
    const seen = this.options.naive ? await this.lookAtStock(product, units) : undefined;
    return this.run(SCRIPTS.reserve, { ...request, fingerprint, seen });
  }

  checkout(request: CheckoutOrder): Promise<Result<CheckoutAnswer>> {
    return this.run(SCRIPTS.checkout, { ...request, fingerprint: JSON.stringify([request.viewer, request.cart]) });
  }

  beginPayment(request: PaymentOrder): Promise<PaymentStart> {
    const { viewer, order, card } = request;
    const fingerprint = JSON.stringify([viewer, order, card]);
    return this.run(SCRIPTS.beginPayment, { ...request, fingerprint, leaseMs: this.options.paymentLeaseMs });
  }

  settlePayment(attempt: PaymentAttempt, gateway: 'captured' | 'declined'): Promise<Result<PaymentAnswer>> {
    return this.run(SCRIPTS.settlePayment, { ...attempt, gateway });
  }

  refund(request: RefundOrder): Promise<Result<RefundAnswer>> {
    return this.run(SCRIPTS.refund, { ...request, fingerprint: JSON.stringify([request.order]) });
  }

  releaseExpired(): Promise<number> {
    return this.run(SCRIPTS.releaseExpired, {});
  }

  applyCue(cue: CueRequest): Promise<Result<boolean>> {
    return this.run(SCRIPTS.applyCue, cue);
  }

  async books(): Promise<ShopBooks> {
    await this.run(SCRIPTS.releaseExpired, {});
    return readBooks(await this.raw<RawBooks>(SCRIPTS.books, {}, BOOKS_WITHIN_MS));
  }

  async close(): Promise<void> {
    this.link.close();
  }

  /** The naive way: what will be left, computed from what was there a moment ago. Without `stock`: not enough. */
  private async lookAtStock(product: string, units: number) {
    // What has expired must be back before the look, or even one request alone would lose it.
    await this.run(SCRIPTS.releaseExpired, {});
    const names = [`stock:${product}`, `drop:${product}`].map((name) => this.options.prefix + name);
    const [stock, drop] = (await this.link.get(names)).map((text) => (text === null ? null : Number(text)));
    if (stock === null) return undefined;
    const left = drop === null ? stock : Math.min(stock, drop);
    if (units > left) return { left };
    return { left, stock: stock - units, drop: drop === null ? undefined : drop - units };
  }

  private async run<T>(script: Script, request: object): Promise<T> {
    const [result] = await this.raw<[string, string[], string]>(script, request);
    return parse<T>(result);
  }

  /** Every reply begins with the result, the stock levels that have changed, and when it was by the clock of Redis. */
  private async raw<T extends readonly [string, readonly string[], string, ...unknown[]]>(
    script: Script,
    request: object,
    withinMs?: number,
  ): Promise<T> {
    const { prefix, now, stoppedClock } = this.options;
    const sentMs = now();
    const offsetMs = this.serverClock.offsetMs(sentMs);
    const args = [String(sentMs), JSON.stringify(request), Number.isFinite(offsetMs) ? String(offsetMs) : ''];
    const reply = (await this.link.run(script, [prefix], args, withinMs)) as T;
    if (!stoppedClock) this.serverClock.learn(sentMs, Number(reply[2]), now());
    for (const level of reply[1]) this.listener(parse<StockLevel>(level));
    return reply;
  }
}
