import type { Books } from '../../../sim/ledger/books.ts';
import type {
  GivenCue,
  History,
  Purchase,
  Show,
  Step,
  StepKind,
  StockSeen,
  Told,
} from '../../../sim/ledger/history.ts';
import { uniform } from '../../metrics/random.ts';
import { EPOCH_OFFSET_MS, historyOf, NOTHING_TOLD, product } from '../rig.ts';
import { HonestShop, type Defect, type Reply } from './shop.ts';
import { Timeline, type Script } from './timeline.ts';

/** A random event at the honest shop: buyers, time-outs on both sides of the commit, retries, refusals, refunds, cues. */
export interface PlayedEvent {
  readonly history: History;
  readonly books: Books;
  /** How often the defect struck. */
  readonly hits: number;
}

/** What a buyer wants; `name`: of its key, when it is not that of the step. */
interface Wish {
  readonly kind: StepKind;
  readonly name?: string;
  readonly units?: number | null;
  readonly coupon?: string | null;
}
type Asked = Pick<Step, 'kind' | 'attempt' | 'key' | 'units' | 'coupon'>;

const END_MS = 60_000;
const TIMEOUT_MS = 2500;

export function play(seed: number, defect: Defect | null = null, buyers = 50): PlayedEvent {
  return new HonestEvent(seed, defect).play(buyers);
}

class HonestEvent {
  private readonly u: () => number;
  private readonly timeline = new Timeline();
  private readonly shop: HonestShop;
  private readonly show: Show;
  private readonly purchases: { id: string; viewerId: string; productId: string; steps: Step[] }[] = [];
  private readonly cues: GivenCue[] = [];
  private readonly stock: StockSeen[] = [];
  /** What the shop's clock is ahead of ours. */
  private readonly aheadMs: number;
  private readonly defect: Defect | null;
  private hits = 0;

  constructor(seed: number, defect: Defect | null) {
    this.u = uniform(seed * 7919 + 13);
    for (let i = 0; i < 10; i++) this.u();
    this.aheadMs = Math.round(this.u() * 800 - 400);
    this.defect = defect;
    const coupon = { code: 'TEN', offShare: this.pick([0.1, 0.15, 0.333]) };
    const products = [
      product({
        stockUnits: this.whole(5, 60),
        priceMinor: this.whole(100, 999),
        perBuyer: this.pick([null, 2, 3]),
        coupon,
      }),
      product({ id: 'hat', stockUnits: this.whole(10, 60), priceMinor: 1999, dropped: true }),
    ];
    this.show = { ...historyOf({ products }).show, holdMs: this.whole(4000, 15_000) };
    this.shop = new HonestShop(this.show, (wanted) => this.strikes(wanted));
  }

  play(buyers: number): PlayedEvent {
    this.timeline.start(0, this.host());
    this.timeline.start(0, this.pushFigures());
    for (let i = 0; i < buyers; i++) this.timeline.start(this.whole(0, END_MS - 1000), this.buyer(`v${i}`));
    const readAtMs = END_MS + this.pick([1000, 30_000, 30_000]);
    this.timeline.run(readAtMs);
    const history = historyOf({
      purchases: this.purchases.map((one): Purchase => ({
        ...one,
        steps: one.steps.toSorted((a, b) => a.sentMs - b.sentMs),
      })),
      cues: this.cues,
      stock: this.stock,
      untilMs: END_MS,
    });
    const books = this.shop.books(readAtMs, EPOCH_OFFSET_MS + this.aheadMs);
    return { history: { ...history, show: this.show }, books, hits: this.hits };
  }

  private *host(): Script {
    const cueAt = (kind: string, productId: string): Partial<GivenCue> => ({ kind, productId });
    const wanted = [
      cueAt('drop', 'hat'),
      cueAt('restock', 'mug'),
      cueAt('price', 'mug'),
      cueAt('restock', 'hat'),
      cueAt('drop', 'hat'),
      cueAt('close', 'hat'),
      cueAt('drop', 'hat'),
      cueAt('price', 'mug'),
    ];
    for (const [i, { kind = '', productId = null }] of wanted.entries()) {
      yield 3000 + i * 5500 + this.whole(0, 3000);
      const units = kind === 'restock' || (kind === 'drop' && this.u() < 0.9) ? this.whole(1, 15) : null;
      const priceMinor = kind === 'price' || (kind === 'drop' && this.u() < 0.3) ? this.whole(100, 3000) : null;
      const fate = this.u();
      const sentMs = this.timeline.nowMs;
      const status = fate < 0.9 ? 'done' : fate < 0.94 ? 'refused' : 'unknown';
      const given = {
        id: `cue-${i}`,
        kind,
        roomId: null,
        productId,
        units,
        priceMinor,
        sentMs,
        answeredMs: null,
        status,
      } as const;
      yield sentMs + this.whole(5, 300);
      if (status === 'done' || (status === 'unknown' && this.u() < 0.5)) this.shop.cue(given, this.timeline.nowMs);
      yield this.timeline.nowMs + this.whole(1, 100);
      this.cues.push({ ...given, answeredMs: status === 'unknown' ? null : this.timeline.nowMs });
    }
  }

  private *pushFigures(): Script {
    const shown = new Map<string, number>();
    while (this.timeline.nowMs < END_MS) {
      for (const { id } of this.show.products) {
        const figure = this.shop.left(id);
        if (figure === null) shown.delete(id);
        else if (figure !== shown.get(id)) {
          const left = figure + (shown.has(id) && this.strikes('stale_figure') ? 20 : 0);
          shown.set(id, figure);
          const { nowMs } = this.timeline;
          this.stock.push({ productId: id, left, publishedAtMs: nowMs + this.aheadMs, seenAtMs: nowMs });
        }
      }
      yield this.timeline.nowMs + 250;
    }
  }

  private *buyer(viewerId: string): Script {
    const times = this.u() < 0.25 ? 2 : 1;
    for (let n = 1; n <= times; n++) {
      const productId = this.u() < 0.6 ? 'mug' : 'hat';
      const purchase = { id: `${viewerId}/${n}`, viewerId, productId, steps: [] };
      this.purchases.push(purchase);
      if (this.u() < 0.1) this.timeline.start(this.timeline.nowMs, this.secondDevice(viewerId, n, productId));
      yield* this.buy(purchase);
    }
  }

  private *secondDevice(viewerId: string, n: number, productId: string): Script {
    const purchase = { id: `${viewerId}/${n}b`, viewerId, productId, steps: [] };
    this.purchases.push(purchase);
    yield* this.buy(purchase);
  }

  private *buy(purchase: HonestEvent['purchases'][number]): Script {
    const { viewerId, productId } = purchase;
    const units = this.pick([1, 1, 1, 2, 3]);
    const withCoupon = productId === 'mug' && this.u() < 0.3;
    const now = (): number => this.timeline.nowMs;
    const cart = yield* this.persist(purchase, { kind: 'cart', units, coupon: withCoupon ? 'TEN' : null }, () =>
      this.shop.cart(now(), viewerId, productId, units, withCoupon),
    );
    if (cart?.cartId == null) return;
    yield now() + this.whole(100, 6000);
    const { cartId } = cart;
    const checkout = yield* this.persist(purchase, { kind: 'checkout' }, () =>
      this.shop.checkout(now(), viewerId, cartId),
    );
    if (checkout?.orderId == null) return;
    const { orderId } = checkout;
    yield now() + this.whole(100, 6000);
    const isGood = this.u() > 0.15;
    const pay = (key: string, good: boolean): Script<Told | null> =>
      this.persist(purchase, { kind: 'pay', name: key }, () => this.shop.pay(now(), viewerId, orderId, good));
    let paid = yield* pay('pay', isGood);
    if (paid?.code === 'card_declined' && this.u() < 0.7) paid = yield* pay('pay2', true);
    if (paid?.status !== 'ok' || this.u() > 0.2) return;
    yield now() + this.whole(100, 4000);
    yield* this.persist(purchase, { kind: 'refund' }, () => this.shop.refund(now(), orderId));
  }

  /** Tries again with the same key until an answer is definite; sometimes taps twice. @returns the last answer. */
  private *persist(
    purchase: HonestEvent['purchases'][number],
    { kind, name = kind, units = null, coupon = null }: Wish,
    exec: () => Reply,
  ): Script<Told | null> {
    const key = `${purchase.id}/${name}`;
    const work = (): Reply => this.shop.once(key, exec);
    if (this.u() < 0.05)
      this.timeline.start(this.timeline.nowMs + 20, this.tap(purchase, { kind, key, units, coupon }, work));
    for (let attempt = 0; attempt < 3; attempt++) {
      const told = yield* this.request(purchase, { kind, attempt, key, units, coupon }, work);
      if (told === null || told.status !== 'unknown') return told;
      yield this.timeline.nowMs + this.whole(100, 1000);
    }
    return null;
  }

  private *tap(purchase: HonestEvent['purchases'][number], asked: Omit<Asked, 'attempt'>, work: () => Reply): Script {
    yield* this.request(purchase, { ...asked, attempt: -1 }, work);
  }

  private *request(purchase: HonestEvent['purchases'][number], asked: Asked, work: () => Reply): Script<Told | null> {
    const sentMs = this.timeline.nowMs;
    const fate = this.u();
    // Whatever becomes of it, and be it that the event ends first: it was sent.
    const step: Step & { told: Told | null } = { ...asked, sentMs, told: null };
    purchase.steps.push(step);
    step.told = yield* this.fateOf(fate, sentMs, work);
    return step.told;
  }

  private *fateOf(fate: number, sentMs: number, work: () => Reply): Script<Told | null> {
    const unknown = (code: string, more: Partial<Told> = {}): Told => ({
      ...NOTHING_TOLD,
      atMs: this.timeline.nowMs,
      status: 'unknown',
      code,
      ...more,
    });
    if (fate < 0.01) return unknown('unreachable', { unsent: true });
    if (fate < 0.04) {
      // Lost on the way there.
      yield sentMs + TIMEOUT_MS;
      return unknown('timeout');
    }
    if (fate < 0.05) this.timeline.start(sentMs + TIMEOUT_MS + this.whole(0, 1500), this.late(work));
    if (fate < 0.05) {
      yield sentMs + TIMEOUT_MS;
      return unknown('timeout');
    }
    yield sentMs + this.whole(5, 400);
    const reply = work();
    // Nothing is heard any more: the viewer is gone.
    if (fate < 0.06) return null;
    if (fate < 0.1) {
      yield sentMs + TIMEOUT_MS;
      return unknown('timeout');
    }
    yield this.timeline.nowMs + this.whole(5, 400);
    return fate < 0.13 ? unknown('broken', { httpStatus: 502 }) : this.answer(reply);
  }

  /** Carried out when the viewer has given up. */
  private *late(work: () => Reply): Script {
    work();
    yield this.timeline.nowMs;
  }

  private answer(reply: Reply): Told {
    const atMs = this.timeline.nowMs;
    if (!reply.ok) return { ...NOTHING_TOLD, atMs, status: 'rejected', code: reply.code, httpStatus: 409 };
    return { ...NOTHING_TOLD, atMs, status: 'ok', code: 'ok', httpStatus: 201, ...reply.value };
  }

  private strikes(wanted: Defect): boolean {
    if (wanted !== this.defect || this.u() > 0.3) return false;
    this.hits++;
    return true;
  }

  private whole(from: number, until: number): number {
    return from + Math.floor(this.u() * (until - from + 1));
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.u() * choices.length)];
  }
}
