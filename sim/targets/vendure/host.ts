import { saleable, type VendureAdmin } from './admin.ts';
import { UPDATE_VARIANT, type Level, type Variant } from './admin-queries.ts';
import type { Conversation, HostCue, ShowSetup } from '../target.ts';

/** A variant as it was when the show began: what it sold before is none of the run's. */
export interface Start {
  readonly allocatedUnits: number;
  readonly movements: number;
  readonly levelUnits: number;
  readonly atEpochMs: number;
}

const NOTHING: Conversation<null> = { end: null };

/** What the host does, and what the books need to know of it. */
export class VendureHost {
  private readonly admin: VendureAdmin;
  /** Else it is all done by hand. */
  private readonly mayManage: boolean;
  private readonly epochMs: () => number;
  /** Products of the show, in its order. */
  productIds: readonly string[] = [];
  /** Those that were stocked here. */
  readonly starts = new Map<string, Start>();

  constructor(admin: VendureAdmin, mayManage: boolean, epochMs: () => number) {
    this.admin = admin;
    this.mayManage = mayManage;
    this.epochMs = epochMs;
  }

  setup({ products }: ShowSetup): Conversation<null> {
    this.productIds = products.map(({ id }) => id);
    return this.mayManage ? this.stock(products) : NOTHING;
  }

  cue(cue: HostCue): Conversation<null> {
    if (!this.mayManage) return NOTHING;
    switch (cue.kind) {
      case 'restock':
        return this.admin.variant(cue.productId, (variant) => {
          const { stockLocationId, stockOnHand } = firstLevel(variant);
          return this.update({
            id: variant.id,
            stockLevels: [{ stockLocationId, stockOnHand: stockOnHand + cue.units }],
          });
        });
      case 'drop':
      case 'close':
        return this.admin.variant(cue.productId, ({ id }) => this.update({ id, enabled: cue.kind === 'drop' }));
      default:
        return NOTHING;
    }
  }

  /** One product after the other. Prices stay as they are in the shop. */
  private stock([product, ...others]: ShowSetup['products']): Conversation<null> {
    if (product === undefined) return NOTHING;
    return this.admin.variant(product.id, (variant) => {
      const stocked = {
        id: variant.id,
        enabled: product.open,
        trackInventory: 'TRUE',
        useGlobalOutOfStockThreshold: false,
        outOfStockThreshold: 0,
        stockLevels: levelsFor(variant, product.stock),
      };
      return this.admin.ask<null, readonly Variant[]>(UPDATE_VARIANT, { variant: stocked }, ([now], dateMs) => {
        this.starts.set(product.id, {
          allocatedUnits: now.stockLevels.reduce((sum, { stockAllocated }) => sum + stockAllocated, 0),
          movements: now.stockMovements.totalItems,
          levelUnits: saleable(now.stockLevels),
          atEpochMs: dateMs ?? this.epochMs(),
        });
        return this.stock(others);
      });
    });
  }

  private update(variant: Readonly<Record<string, unknown>>): Conversation<null> {
    return this.admin.ask<null, unknown>(UPDATE_VARIANT, { variant }, () => NOTHING);
  }
}

/** So many can be sold: all at the first location, besides what earlier orders have taken at each. */
function levelsFor(variant: Variant, units: number): Omit<Level, 'stockAllocated'>[] {
  const first = firstLevel(variant);
  return variant.stockLevels.map((level) => ({
    stockLocationId: level.stockLocationId,
    stockOnHand: level.stockAllocated + (level === first ? units : 0),
  }));
}

function firstLevel({ id, stockLevels }: Variant): Level {
  if (stockLevels.length === 0) throw new Error(`Vendure has variant ${id} at no stock location`);
  return stockLevels[0];
}
