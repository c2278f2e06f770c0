// The events that a webhook can be about: what a shop's other systems act on. No event is here that
// has a secret, or that comes with every click.

export const webhookEventTypes = [
  'OrderPlaced',
  'InventoryReserved',
  'PaymentReceived',
  'PaymentDeclined',
  'OrderShipped',
  'OrderCancelled',
  'RefundRequested',
  'OrderRefunded',
  'RefundRefused',
  'OrderTotalCorrected',
  'CartAbandoned',
  'StockReceived',
  'StockAdjusted',
  'ProductListed',
  'ProductPriceChanged',
  'ProductDelisted',
  'ProductRestored',
  'CouponDefined',
  'CouponWithdrawn',
  'PersonErased',
] as const;

export type WebhookEventType = (typeof webhookEventTypes)[number];
