import { setTimeout as delay } from 'node:timers/promises';
import type { CartAnswer } from '../protocol.ts';
import { refuse, type Refusal, type ReserveRequest, type Result } from '../store.ts';
import type { Hold } from '../stores/hold.ts';
import { cartFingerprint, MemoryStore } from '../stores/memory.ts';
import type { Glance, Shelf } from '../stores/shelf.ts';
import type { Faults } from './faults.ts';

/** Between reading and writing back: what a round trip to a database takes. */
const RACE_MS = { from: 1, to: 3 } as const;

/** Which figures are read once, and believed until the units are taken. */
interface Race {
  readonly stock: boolean;
  readonly limit: boolean;
}

/** A store in memory whose carts can be made to go wrong. With all faults off it does what it inherits. */
export class FaultyCarts extends MemoryStore {
  protected readonly faults: Faults;
  private readonly stuck = new WeakSet<Hold>();

  constructor(now: () => number, faults: Faults) {
    super(now);
    this.faults = faults;
  }

  override async reserve(request: ReserveRequest): Promise<Result<CartAnswer>> {
    if (!this.faults.isAnyOn('store')) return super.reserve(request);
    const { key } = request;
    // A show that is set meanwhile has keys of its own.
    const { keys } = this;
    const known = key === undefined ? undefined : keys.recall<CartAnswer>('cart', key, cartFingerprint(request));
    if (known !== undefined) return this.isIgnored(known) ? this.makeAnotherCart(request) : known;
    const race: Race = { stock: this.faults.isDue('stock_race'), limit: this.faults.isDue('limit_race') };
    if (!race.stock && !race.limit) return super.reserve(request);
    if (key !== undefined) keys.begin('cart', key, cartFingerprint(request));
    const result = await this.makeCartInARace(request, race);
    return key === undefined ? result : keys.finish('cart', key, result);
  }

  /** Whether a request is carried out although its key is known. With another request the key is refused all the same. */
  protected isIgnored(known: Result<unknown>): boolean {
    return (known.ok || known.error !== 'key_reused') && this.faults.isDue('key_ignored');
  }

  protected override refusal(shelf: Shelf, seen: Glance, units: number): Refusal | null {
    const refusal = super.refusal(shelf, seen, units);
    if (refusal !== null || !this.faults.happens('sold_out_early')) return refusal;
    return refuse('sold_out', `${shelf.id} is sold out`);
  }

  protected override discountMinor(shelf: Shelf, request: ReserveRequest): number {
    const onceMinor = super.discountMinor(shelf, request);
    if (request.coupon === undefined || !this.faults.isDue('coupon_stacked')) return onceMinor;
    const twiceMinor = Math.min(onceMinor * 2, shelf.priceMinor * request.units);
    return twiceMinor > onceMinor && this.faults.count('coupon_stacked') ? twiceMinor : onceMinor;
  }

  protected override hold(shelf: Shelf, seen: Glance, request: ReserveRequest): CartAnswer {
    const answer = super.hold(shelf, seen, request);
    const hold = this.carts.get(answer.cart);
    if (hold !== undefined && this.faults.isDue('hold_stuck')) this.stuck.add(hold);
    return answer;
  }

  protected override giveBack(kind: 'release' | 'refund', hold: Hold, ref: string): void {
    if (kind === 'release' && this.stuck.has(hold) && this.faults.count('hold_stuck')) return;
    super.giveBack(kind, hold, ref);
  }

  /** Counted when there are two carts then, not when the second one is refused. */
  private makeAnotherCart(request: ReserveRequest): Result<CartAnswer> {
    const result = this.makeCart(request);
    if (result.ok) this.faults.count('key_ignored');
    return result;
  }

  /**
   * As `makeCart`, but between reading and taking there is time for others. What they did to the stock is then overwritten, and what
   * the buyer got meanwhile does not count for the limit: `FaultyStore` counts that, when more is paid than the limit.
   */
  private async makeCartInARace(request: ReserveRequest, race: Race): Promise<Result<CartAnswer>> {
    const { viewer, product, units } = request;
    this.sweep();
    const shelf = this.shelfFor(request);
    if ('error' in shelf) return shelf;
    const before = shelf.look(viewer);
    if ('error' in before) return before;
    const refusal = this.refusal(shelf, before, units);
    if (refusal !== null) return refusal;
    await delay(this.faults.between(RACE_MS.from, RACE_MS.to), undefined, { ref: false });
    const now = shelf.look(viewer);
    // Another show, another drop, or none: what was read is of no use.
    const isStale = this.shelves.get(product) !== shelf || 'error' in now || now.drop !== before.drop;
    if (isStale) return this.makeCart(request);
    const stock = race.stock ? before : now;
    const lateRefusal = shelf.refusal({ ...stock, taken: race.limit ? before.taken : now.taken }, units);
    if (lateRefusal !== null) return lateRefusal;
    const written: Glance = { ...stock, taken: now.taken };
    if (stock.onShelf !== now.onShelf || stock.dropUnitsLeft !== now.dropUnitsLeft) this.faults.count('stock_race');
    return { ok: true, value: this.hold(shelf, written, request) };
  }
}
