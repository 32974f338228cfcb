/** What the backend's own books say, after the run. Integers; money in the currency's minor unit. */
export interface Books {
  readonly products: readonly {
    readonly id: string;
    /** Units ever put on the shelf: the first stock and every restock. */
    readonly stockedUnits: number;
    /** Units in captured and not refunded orders. */
    readonly soldUnits: number;
    readonly leftUnits: number;
    readonly heldUnits: number;
  }[];
  readonly orders: readonly {
    readonly id: string;
    readonly buyerId: string;
    readonly productId: string;
    readonly units: number;
    readonly amountMinor: number;
    readonly status: 'pending' | 'paid' | 'refunded' | 'cancelled';
  }[];
  readonly payments: readonly {
    readonly id: string;
    readonly orderId: string;
    readonly amountMinor: number;
    readonly status: 'captured' | 'declined' | 'refunded';
  }[];
  readonly rooms: readonly { readonly id: string; readonly messagesPublished: number; readonly lastSeq: number }[];
}
