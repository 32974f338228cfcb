/** The options of `flashcrowd audit`, as commander hands them over. */
export interface AuditCommandOptions {
  readonly orders: string;
  readonly stock?: string;
  readonly payments?: string;
  readonly reservations?: string;
  readonly movements?: string;
  /** Epoch ms. */
  readonly exportedAt?: number;
  /** `orders.buyer=customer_email`. */
  readonly map: readonly string[];
  readonly mapFile?: string;
  /** `paid=Fulfilled,Shipped`. */
  readonly status: readonly string[];
  readonly money: 'minor' | 'major';
  readonly exclusive?: boolean;
  /** Ids of checks. */
  readonly waive: readonly string[];
  readonly json?: boolean;
  readonly out?: string;
}
