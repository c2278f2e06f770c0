// Events of one product's stock, and the orders and checkouts that hold units of it.
import type {
  InventoryEvent,
  ReleaseReason,
  StockReserved,
} from '../../src/domain/inventory/events.js';

export const MUG = 'MUG';
/** When every hold expires, in milliseconds since 1970. */
export const EXPIRY = Date.UTC(2010, 11, 8, 13);

export const cartOf = (orderId: string) => `cart of ${orderId}`;

export const received = (quantity: number): InventoryEvent => ({
  type: 'StockReceived',
  data: { sku: MUG, quantity, reference: null },
});

export const adjusted = (change: number): InventoryEvent => ({
  type: 'StockAdjusted',
  data: { sku: MUG, change, reason: 'A count' },
});

/** By a checkout, which is an attempt to place the order. */
export const held = (orderId: string, attemptId: string, quantity: number): StockReserved => ({
  type: 'StockReserved',
  data: {
    ...{ sku: MUG, orderId, cartId: cartOf(orderId), attemptId, quantity },
    expiresAt: EXPIRY,
  },
});

/** By the order itself. */
export const confirmed = (orderId: string, quantity: number): StockReserved => ({
  type: 'StockReserved',
  data: {
    ...{ sku: MUG, orderId, cartId: cartOf(orderId), attemptId: null, quantity },
    expiresAt: null,
  },
});

export const released = (
  orderId: string,
  attemptId: string | null = null,
  reason: ReleaseReason = 'ORDER_CANCELLED',
): InventoryEvent => ({
  type: 'StockReleased',
  data: { sku: MUG, orderId, attemptId, reason },
});

export const shipped = (orderId: string, quantity: number): InventoryEvent => ({
  type: 'StockShipped',
  data: { sku: MUG, orderId, quantity },
});
