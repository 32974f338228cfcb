import type { ShowRequest, StockMovement } from '../protocol.ts';
import { refuse, type Refusal, type StockLevel } from '../store.ts';

/** One opening of a product. Units taken in it come back to it, as long as it lasts. */
export interface Drop {
  /** null: as many as there are on the shelf. */
  unitsLeft: number | null;
}

/** What a shelf held at one moment, and what the viewer who asks had of it. */
export interface Glance {
  readonly drop: Drop;
  readonly onShelf: number;
  readonly dropUnitsLeft: number | null;
  readonly taken: number;
}

/** The stock of one product. Nothing but `move` changes the number on the shelf, and each change is on record. */
export class Shelf {
  readonly id: string;
  readonly title: string;
  readonly coupon: ShowRequest['products'][number]['coupon'];
  priceMinor: number;
  private readonly perBuyer: number | null;
  private readonly movements: StockMovement[];
  private readonly takenByViewer = new Map<string, number>();
  private onShelf = 0;
  private stockedUnits = 0;
  /** null while the product is closed. */
  private drop: Drop | null;

  constructor(product: ShowRequest['products'][number], movements: StockMovement[], atMs: number) {
    this.id = product.id;
    this.title = product.title;
    this.coupon = product.coupon;
    this.priceMinor = product.priceMinor;
    this.perBuyer = product.perBuyer;
    this.movements = movements;
    this.drop = product.open === false ? null : { unitsLeft: null };
    this.stock('initial', product.stock, 'show', atMs);
  }

  get shelfUnits(): number {
    return this.onShelf;
  }

  get everStockedUnits(): number {
    return this.stockedUnits;
  }

  level(): StockLevel {
    return { product: this.id, left: this.left(), open: this.drop !== null };
  }

  stock(kind: 'initial' | 'restock', units: number, ref: string, atMs: number): void {
    this.stockedUnits += units;
    this.move(kind, units, ref, atMs);
  }

  /** Opens the product. A drop that is still open ends: what was taken in it comes back to the shelf only. */
  openDrop(units: number | undefined): void {
    this.drop = { unitsLeft: units ?? null };
  }

  close(): void {
    this.drop = null;
  }

  /** What there is now, for `refusal` and `take`: nothing else may happen between the three. Or why there is nothing. */
  look(viewer: string): Glance | Refusal {
    const { drop, onShelf } = this;
    if (drop === null) return refuse('not_open', `${this.id} is not for sale now`);
    return { drop, onShelf, dropUnitsLeft: drop.unitsLeft, taken: this.takenByViewer.get(viewer) ?? 0 };
  }

  /** Why the viewer cannot have the units, going by what was seen; or null. */
  refusal({ onShelf, dropUnitsLeft, taken }: Glance, units: number): Refusal | null {
    if (this.isBeyondLimit(taken + units)) {
      return refuse('limit_reached', `at most ${this.perBuyer} of ${this.id} a buyer; ${taken} held or bought`);
    }
    const left = Math.min(onShelf, dropUnitsLeft ?? onShelf);
    if (units <= left) return null;
    return refuse('sold_out', left <= 0 ? `${this.id} is sold out` : `only ${left} of ${this.id} left`);
  }

  /** Whether these are more than one buyer may have. */
  isBeyondLimit(units: number): boolean {
    return this.perBuyer !== null && units > this.perBuyer;
  }

  /** Writes what is left of what was seen, when `units` are gone. `refusal` must have had nothing against it. */
  take(seen: Glance, viewer: string, units: number, ref: string, atMs: number): void {
    if (seen.dropUnitsLeft !== null) seen.drop.unitsLeft = seen.dropUnitsLeft - units;
    this.takenByViewer.set(viewer, seen.taken + units);
    this.onShelf = seen.onShelf;
    this.move('reserve', -units, ref, atMs);
  }

  giveBack(kind: 'release' | 'refund', viewer: string, units: number, drop: Drop, ref: string, atMs: number): void {
    if (drop.unitsLeft !== null) drop.unitsLeft += units;
    this.freeBuyer(viewer, units);
    this.move(kind, units, ref, atMs);
  }

  /** The units no longer count for the limit of the buyer. */
  freeBuyer(viewer: string, units: number): void {
    this.takenByViewer.set(viewer, (this.takenByViewer.get(viewer) ?? 0) - units);
  }

  private left(): number {
    if (this.drop === null) return 0;
    return this.drop.unitsLeft === null ? this.onShelf : Math.min(this.onShelf, this.drop.unitsLeft);
  }

  private move(kind: StockMovement['kind'], units: number, ref: string, atMs: number): void {
    this.onShelf += units;
    this.movements.push({ product: this.id, kind, units, ref, at: atMs });
  }
}
