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

interface RedisStoreOptions {
  /** `redis://[user:password@]host[:port][/database]` */
  readonly url: string;
  /** Begins every key. It should hold one hash tag, such as `{flashcrowd}:`. */
  readonly prefix: string;
  /** Reads the stock, compares here, and writes back: other requests come in between. */
  readonly naive: boolean;
  /** Epoch ms. */
  readonly now: () => number;
}

/** The store in Redis. Any number of instances may share one; each method is one script, and so one step. */
export class RedisStore implements Store {
  private readonly link: RedisLink;
  private readonly options: RedisStoreOptions;
  private listener: StockListener = () => {};

  private constructor(link: RedisLink, options: RedisStoreOptions) {
    this.link = link;
    this.options = options;
  }

  /** @throws Unavailable */
  static async open(options: RedisStoreOptions): Promise<RedisStore> {
    return new RedisStore(await RedisLink.connect(options.url), options);
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
    const now = this.options.now();
    const seen = this.options.naive ? await this.lookAtStock(product, units, now) : undefined;
    return this.run(SCRIPTS.reserve, { ...request, fingerprint, seen }, now);
  }

  checkout(request: CheckoutOrder): Promise<Result<CheckoutAnswer>> {
    return this.run(SCRIPTS.checkout, { ...request, fingerprint: JSON.stringify([request.viewer, request.cart]) });
  }

  beginPayment(request: PaymentOrder): Promise<PaymentStart> {
    const { viewer, order, card } = request;
    return this.run(SCRIPTS.beginPayment, { ...request, fingerprint: JSON.stringify([viewer, order, card]) });
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
    const now = this.options.now();
    await this.run(SCRIPTS.releaseExpired, {}, now);
    return readBooks(await this.raw<RawBooks>(SCRIPTS.books, {}, now, BOOKS_WITHIN_MS), now);
  }

  async close(): Promise<void> {
    this.link.close();
  }

  /** The naive way: what will be left, computed from what was there a moment ago. Without `stock`: not enough. */
  private async lookAtStock(product: string, units: number, now: number) {
    // What has expired must be back before the look, or even one request alone would lose it.
    await this.run(SCRIPTS.releaseExpired, {}, now);
    const names = [`stock:${product}`, `drop:${product}`].map((name) => this.options.prefix + name);
    const [stock, drop] = (await this.link.get(names)).map((text) => (text === null ? null : Number(text)));
    if (stock === null) return undefined;
    const left = drop === null ? stock : Math.min(stock, drop);
    if (units > left) return { left };
    return { left, stock: stock - units, drop: drop === null ? undefined : drop - units };
  }

  private async run<T>(script: Script, request: object, now = this.options.now()): Promise<T> {
    const [result] = await this.raw<[string, string[]]>(script, request, now);
    return parse<T>(result);
  }

  /** Every reply begins with the result and the stock levels that have changed. */
  private async raw<T extends readonly [string, readonly string[], ...unknown[]]>(
    script: Script,
    request: object,
    now: number,
    withinMs?: number,
  ): Promise<T> {
    const args = [String(now), JSON.stringify(request)];
    const reply = (await this.link.run(script, [this.options.prefix], args, withinMs)) as T;
    for (const level of reply[1]) this.listener(parse<StockLevel>(level));
    return reply;
  }
}
