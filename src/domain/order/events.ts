// An order's events. Stored format: change only by adding a version and an upcaster. Unlike a cart,
// an order stores its amounts: they are the agreement with the customer.

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
    /** Version of the rules that priced the cart. */
    readonly pricingVersion: number;
  };
}

/** A corrected price of an order that was placed at another. The earlier events stay unchanged. */
export interface OrderTotalCorrected {
  readonly type: 'OrderTotalCorrected';
  readonly data: {
    readonly orderId: string;
    /** Id of the impact report. */
    readonly reportId: string;
    readonly currency: string;
    /** The order's total before the correction, and the correct one, in minor units. */
    readonly previousTotal: number;
    readonly correctedTotal: number;
    readonly settlement: Settlement;
    readonly reason: string;
    /** Who decided the correction: the name of a person or a system. */
    readonly operator: string;
    /**
     * When the order was placed, in milliseconds since 1970. The correction changes the revenue of
     * that day.
     */
    readonly placedAt: number;
  };
}

/** The customer paid too much and is owed the difference, or paid too little and pays no more. */
export type Settlement = 'OWED_TO_CUSTOMER' | 'FORGIVEN';

export type OrderEvent = OrderPlaced | OrderTotalCorrected;
