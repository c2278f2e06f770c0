// What can happen to an order. Stored format: change only by adding a version and an upcaster.
// Unlike a cart, an order stores its amounts: they are what was agreed, not what we compute.

export interface OrderedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
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
  };
}

export type OrderEvent = OrderPlaced;
