/**
 * A history of an honest run, as some workers would write it, with the books that belong to it. Purchases begin one after the
 * other and overlap: each view, cart, checkout and payment is sent in its turn, and answered a few turns later.
 */
import type { Books } from '../../sim/ledger/books.ts';
import type { ToldEvent } from '../../sim/ledger/events.ts';
import type { StepKind } from '../../sim/ledger/history.ts';
import { EventFiles } from './event-files.ts';
import { EPOCH_OFFSET_MS, HonestShop } from './shop.ts';

const TURN_MS = 6;
const ANSWERED_AFTER_TURNS = 6;
const RUN_ID = 'k3v9x2ab';
const PRODUCT_IDS = Array.from({ length: 20 }, (_, i) => `product-${i}`);
const DWELL_TURNS = 20_000;
const CUE_EVERY_TURNS = 20_000;

/** When each try is sent, in turns after the purchase began. */
const TRIES: readonly { readonly step: StepKind; readonly attempt: number; readonly afterTurns: number }[] = [
  { step: 'view', attempt: 0, afterTurns: 0 },
  { step: 'view', attempt: 1, afterTurns: 100 },
  { step: 'cart', attempt: 0, afterTurns: 300 },
  { step: 'checkout', attempt: 0, afterTurns: 1000 },
  { step: 'pay', attempt: 0, afterTurns: 1600 },
  { step: 'pay', attempt: 1, afterTurns: 2600 },
];

export interface Synthetic {
  readonly events: number;
  readonly orders: number;
  readonly books: Books;
}

/** Writes some 8 events a purchase into `folder`, as so many workers would. */
export function writeSynthetic(folder: string, purchases: number, workers: number): Synthetic {
  const run = new SyntheticRun(folder, purchases, workers);
  for (let turn = 0; turn < purchases + 3000; turn++) run.turn(turn);
  return run.finish();
}

class SyntheticRun {
  private readonly files: EventFiles;
  private readonly shop = new HonestShop(PRODUCT_IDS);
  private readonly purchases: number;
  private readonly workers: number;
  private readonly holds: Int32Array;
  private readonly orders: Int32Array;
  private readonly payments: (string | null)[] = [];
  private cues: { readonly id: string; readonly turn: number }[] = [];
  private turns = 0;

  constructor(folder: string, purchases: number, workers: number) {
    this.purchases = purchases;
    this.workers = workers;
    this.holds = new Int32Array(purchases).fill(-1);
    this.orders = new Int32Array(purchases).fill(-1);
    this.files = new EventFiles(folder, RUN_ID, workers);
    const { holdMs, priceMinor, stockUnits } = this.shop.show;
    const products = PRODUCT_IDS.map((id) => ({ id, title: id, priceMinor, stockUnits }));
    const rest = { isOpen: true, offeredUnits: null, perBuyer: null, dropped: false, coupon: null };
    const show = { currency: 'USD', holdMs, roomIds: ['main'], products: products.map((one) => ({ ...one, ...rest })) };
    this.files.write(-1, { e: 'show', show, target: { name: 'stub', chatNumbers: 'sequence', chatDelivery: 'all' } });
    this.files.write(-1, { e: 'go', epochOffsetMs: EPOCH_OFFSET_MS });
  }

  turn(turn: number): void {
    this.turns = turn;
    const atMs = turn * TURN_MS;
    if (turn < this.purchases) this.visits(turn, atMs);
    if (turn % CUE_EVERY_TURNS === 500) this.cue(turn, atMs);
    if (turn % 160 === 0) this.stock(turn, atMs);
    for (const { step, attempt, afterTurns } of TRIES) {
      const begun = turn - afterTurns;
      if (begun >= 0 && begun < this.purchases && this.isSent(begun, step, attempt))
        this.send(begun, step, attempt, atMs);
      const answered = begun - ANSWERED_AFTER_TURNS;
      if (answered >= 0 && answered < this.purchases && this.isSent(answered, step, attempt)) {
        this.answer(answered, step, attempt, atMs);
      }
    }
  }

  finish(): Synthetic {
    const atMs = this.turns * TURN_MS;
    for (let viewer = this.purchases >> 1; viewer >= 0; viewer--) {
      if (viewer * 2 + DWELL_TURNS >= this.purchases) this.leave(viewer, atMs, 'end');
    }
    this.files.close(atMs);
    const books = this.shop.books(atMs);
    return { events: this.files.events, orders: books.orders.length, books };
  }

  /** A viewer comes every second turn, stays, and chats once. */
  private visits(turn: number, atMs: number): void {
    const viewer = turn >> 1;
    if (turn % 2 === 0)
      this.files.write(viewer % this.workers, { e: 'enter', at: atMs, v: name(viewer), r: 'main', q: turn });
    else if (viewer % 2 === 0)
      this.files.write(viewer % this.workers, { e: 'chat', at: atMs, v: name(viewer), ref: viewer });
    const leaving = turn - DWELL_TURNS;
    if (leaving >= 0 && leaving % 2 === 0) this.leave(leaving >> 1, atMs, leaving % 200 === 0 ? 'lost' : 'left');
  }

  private leave(viewer: number, atMs: number, how: 'left' | 'lost' | 'end'): void {
    const from = viewer * 2;
    if (from >= this.purchases) return;
    const until = Math.round(atMs / TURN_MS);
    const seen = this.cues.filter(({ turn }) => turn > from && turn < until).map(({ id }) => id);
    const got = { q: until, n: until - from, c: seen, ...(viewer % 10 === 0 ? { l: 0 } : {}) };
    this.files.write(viewer % this.workers, { e: 'leave', at: atMs, v: name(viewer), r: 'main', h: how, ...got });
  }

  private cue(turn: number, atMs: number): void {
    const id = `cue-${this.cues.length}`;
    this.cues.push({ id, turn });
    const about = { id, kind: 'pin', roomId: null, productId: 'product-0', units: null, priceMinor: null };
    this.files.write(-1, { e: 'cue', ...about, sentMs: atMs, answeredMs: atMs + 20, status: 'done' });
  }

  private stock(turn: number, atMs: number): void {
    const productId = PRODUCT_IDS[(turn / 160) % PRODUCT_IDS.length];
    const left = this.shop.left(productId);
    for (let shard = 0; shard < this.workers; shard++)
      this.files.write(shard, { e: 'stock', at: atMs, seen: atMs, x: productId, left });
  }

  /** Two of ten never get to the cart, half of the others no further; of the payments some are declined or lost, and tried again. */
  private isSent(purchase: number, step: StepKind, attempt: number): boolean {
    if (step === 'view') return attempt === 0 || purchase % 10 < 9;
    if (step === 'cart') return purchase % 10 < 8;
    if (this.holds[purchase] < 0) return false;
    if (step === 'checkout') return purchase % 100 < 36;
    if (this.orders[purchase] < 0) return false;
    return attempt === 0 || isLost(purchase) || isDeclined(purchase);
  }

  private send(purchase: number, step: StepKind, attempt: number, atMs: number): void {
    const viewer = purchase >> 1;
    const p = purchaseId(purchase);
    const key =
      step === 'view' ? {} : { k: `${RUN_ID}/${p}/${step}${isDeclined(purchase) && attempt === 1 ? '2' : ''}` };
    const about = { v: name(viewer), p, s: step, a: attempt, x: productOf(purchase), ...key };
    this.files.write(viewer % this.workers, {
      e: 'sent',
      at: atMs + 0.3,
      ...about,
      ...(step === 'cart' ? { u: 1 } : {}),
    });
  }

  private answer(purchase: number, step: StepKind, attempt: number, atMs: number): void {
    const shard = (purchase >> 1) % this.workers;
    const told = this.perform(purchase, step, attempt, atMs - 10);
    this.files.write(shard, { e: 'told', at: atMs + 0.7, p: purchaseId(purchase), s: step, a: attempt, ...told });
  }

  private perform(
    purchase: number,
    step: StepKind,
    attempt: number,
    atMs: number,
  ): Pick<ToldEvent, 'o' | 'c'> & Partial<ToldEvent> {
    const { priceMinor } = this.shop.show;
    if (step === 'view') return { o: 'ok', c: 'ok', h: 200, price: priceMinor, u: 1 };
    if (step === 'cart') {
      const hold = this.shop.cart(name(purchase >> 1), productOf(purchase), atMs);
      this.holds[purchase] = hold;
      if (hold < 0) return { o: 'rejected', c: 'sold_out', h: 409 };
      return { o: 'ok', c: 'ok', h: 201, cart: `cart-${hold}`, u: 1, price: priceMinor, off: 0 };
    }
    if (step === 'checkout') this.orders[purchase] = this.shop.checkout(this.holds[purchase], atMs);
    const order = `order-${this.orders[purchase]}`;
    if (step === 'checkout') return { o: 'ok', c: 'ok', h: 201, order, amount: priceMinor };
    const known = this.payments[purchase];
    if (attempt === 1 && isLost(purchase) && known)
      return { o: 'ok', c: 'ok', h: 200, order, pay: known, amount: priceMinor };
    const isAccepted = attempt === 1 ? purchase % 20 === 0 : !isDeclined(purchase);
    const pay = this.shop.pay(this.holds[purchase], this.orders[purchase], isAccepted, atMs);
    if (isLost(purchase)) this.payments[purchase] = pay;
    if (isLost(purchase)) return { o: 'unknown', c: 'timeout' };
    if (!isAccepted) return { o: 'rejected', c: 'card_declined', h: 402 };
    return { o: 'ok', c: 'ok', h: 200, order, pay, amount: priceMinor };
  }
}

function isDeclined(purchase: number): boolean {
  return purchase % 10 === 0;
}

function isLost(purchase: number): boolean {
  return purchase % 100 === 1;
}

function name(viewer: number): string {
  return `followers-${viewer}`;
}

function purchaseId(purchase: number): string {
  return `${name(purchase >> 1)}/${purchase % 2}`;
}

function productOf(purchase: number): string {
  return PRODUCT_IDS[(purchase >> 4) % PRODUCT_IDS.length];
}
