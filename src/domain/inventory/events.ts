// The events of a product's stock. Stored format: change only by adding a version and an upcaster.

export interface StockReceived {
  readonly type: 'StockReceived';
  readonly data: {
    readonly sku: string;
    readonly quantity: number;
    /** Such as the number of a delivery note. */
    readonly reference: string | null;
  };
}

/** A correction, such as after a count. The first event of a product's stock may be one. */
export interface StockAdjusted {
  readonly type: 'StockAdjusted';
  readonly data: {
    readonly sku: string;
    /** Units that were added, or taken away if negative. */
    readonly change: number;
    readonly reason: string;
  };
}

export interface StockReserved {
  readonly type: 'StockReserved';
  readonly data: {
    readonly sku: string;
    readonly orderId: string;
    /** The cart whose checkout places the order. */
    readonly cartId: string;
    /**
     * The checkout that holds these units. Null: the order itself, which was placed; this ends the
     * holds of its checkouts.
     */
    readonly attemptId: string | null;
    /** All units that the attempt or the order holds from now on. */
    readonly quantity: number;
    /** In milliseconds since 1970. Null: they are held until they are released or shipped. */
    readonly expiresAt: number | null;
  };
}

/** A checkout was refused, it died before its order was placed, or the order was cancelled. */
export type ReleaseReason = 'CHECKOUT_REFUSED' | 'EXPIRED' | 'ORDER_CANCELLED';

export interface StockReleased {
  readonly type: 'StockReleased';
  readonly data: {
    readonly sku: string;
    readonly orderId: string;
    /** The checkout whose hold ends; null: all that the order holds. */
    readonly attemptId: string | null;
    readonly reason: ReleaseReason;
  };
}

/** The units left the shop, and the order holds none any more. */
export interface StockShipped {
  readonly type: 'StockShipped';
  readonly data: { readonly sku: string; readonly orderId: string; readonly quantity: number };
}

export type InventoryEvent =
  StockReceived | StockAdjusted | StockReserved | StockReleased | StockShipped;
