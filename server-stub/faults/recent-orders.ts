const KEPT_ORDERS = 32;

/** The last few orders, and whose they are. */
export class RecentOrders {
  private readonly kept: { viewer: string; order: string }[] = [];

  note(viewer: string, order: string): void {
    this.kept.push({ viewer, order });
    if (this.kept.length > KEPT_ORDERS) this.kept.shift();
  }

  /** The newest one that is not of this viewer, or null. */
  ofSomebodyElse(viewer: string): string | null {
    return this.kept.findLast((known) => known.viewer !== viewer)?.order ?? null;
  }
}
