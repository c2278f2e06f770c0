// What can happen to an order. Stored format: change only by adding a version and an upcaster.
// Unlike a cart, an order stores its amounts: they are what was agreed, not what we compute.

export interface OrderedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
  /** Before discount, in minor units. */
  readonly subtotal: number;
  readonly discount: number;
  /** After discount, in minor units; the lines sum to the order's total. */
  readonly total: number;
}

export interface OrderPlaced {
  readonly type: 'OrderPlaced';
  readonly data: {
    readonly orderId: string;
    readonly cartId: string;
    readonly customerId: string | null;
    readonly currency: string;
    readonly lines: readonly OrderedLine[];
    readonly subtotal: number;
    readonly discount: number;
    readonly total: number;
    readonly units: number;
    /** The rules by which the cart was priced. */
    readonly pricingVersion: number;
  };
}

/** What a corrected price means for an order that was placed at another. History stays as it is. */
export interface OrderTotalCorrected {
  readonly type: 'OrderTotalCorrected';
  readonly data: {
    readonly orderId: string;
    /** The impact report that found it. */
    readonly reportId: string;
    readonly currency: string;
    /** What the order came to before this, and what it should have come to, in minor units. */
    readonly previousTotal: number;
    readonly correctedTotal: number;
    readonly settlement: Settlement;
    readonly reason: string;
    /** Who decided it, as a person or a system is known in the shop. */
    readonly operator: string;
    /**
     * When the order was placed, in milliseconds since 1970: the day whose revenue this changes.
     */
    readonly placedAt: number;
  };
}

/** The customer paid too much and is owed the difference, or paid too little and is let off. */
export type Settlement = 'OWED_TO_CUSTOMER' | 'FORGIVEN';

export type OrderEvent = OrderPlaced | OrderTotalCorrected;
