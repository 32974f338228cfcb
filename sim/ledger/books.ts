/**
 * What the backend's own books say, after the run. Integers; money in the currency's minor unit; times are epoch ms of the
 * backend's clock. A table that the backend cannot give is `null`: what needs it is unknown.
 */
export interface Books {
  /** When they were read, epoch ms; `null` when nobody knows (an export). */
  readonly readAtEpochMs: number | null;
  /** Nobody else buys here: an order of a buyer whom the run does not know is a finding. Else it is somebody's own. */
  readonly exclusive: boolean;
  readonly products: readonly BookProduct[] | null;
  readonly orders: readonly BookOrder[];
  readonly payments: readonly BookPayment[] | null;
  /** Every hold on stock that was ever made. */
  readonly reservations: readonly BookReservation[] | null;
  /** Every change of stock, in order. */
  readonly movements: readonly BookMovement[] | null;
  readonly rooms:
    | readonly { readonly id: string; readonly messagesPublished: number; readonly lastSeq: number }[]
    | null;
}

export interface BookProduct {
  readonly id: string;
  /** Units ever put on the shelf: the first stock and every restock. `null`: the backend does not say. */
  readonly stockedUnits: number | null;
  /** Units in captured and not refunded orders, as the backend counts them. */
  readonly soldUnits: number | null;
  readonly leftUnits: number | null;
  /** In carts and unpaid orders. */
  readonly heldUnits: number | null;
}

export interface BookOrder {
  readonly id: string;
  readonly buyerId: string;
  readonly productId: string;
  readonly units: number;
  readonly amountMinor: number;
  readonly status: 'pending' | 'paid' | 'refunded' | 'cancelled';
  readonly atEpochMs: number | null;
}

export interface BookPayment {
  readonly id: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly status: 'captured' | 'declined' | 'refunded';
  readonly atEpochMs: number | null;
}

export interface BookReservation {
  readonly id: string;
  readonly buyerId: string;
  readonly productId: string;
  readonly units: number;
  readonly expiresAtEpochMs: number;
  readonly status: 'held' | 'sold' | 'released' | 'refunded';
}

export interface BookMovement {
  readonly productId: string;
  readonly kind: 'initial' | 'restock' | 'reserve' | 'release' | 'refund';
  /** Above zero: onto the shelf. */
  readonly units: number;
  readonly atEpochMs: number;
}
