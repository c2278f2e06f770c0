// The words of the place for webhooks. A second language is a second file of this shape.
import type {
  WebhookDeliveryStatus,
  WebhookEventType,
  WebhookStatus,
} from '../../../../schema/generated/graphql.ts';

const events: Readonly<Record<WebhookEventType, string>> = {
  OrderPlaced: 'Order placed',
  InventoryReserved: 'Stock reserved for an order',
  PaymentReceived: 'Payment received',
  PaymentDeclined: 'Payment declined',
  OrderShipped: 'Order shipped',
  OrderCancelled: 'Order cancelled',
  RefundRequested: 'Refund requested',
  OrderRefunded: 'Order refunded',
  RefundRefused: 'Refund refused',
  OrderTotalCorrected: 'Total of an order corrected',
  CartAbandoned: 'Cart abandoned',
  StockReceived: 'Stock received',
  StockAdjusted: 'Stock corrected',
  ProductListed: 'Product listed',
  ProductPriceChanged: 'Price changed',
  ProductDelisted: 'Product withdrawn',
  ProductRestored: 'Product back on sale',
  CouponDefined: 'Coupon defined',
  CouponWithdrawn: 'Coupon withdrawn',
  PersonErased: 'Person erased',
};

const states: Readonly<Record<WebhookStatus, string>> = {
  ENABLED: 'Delivering',
  PAUSED: 'Paused',
  DISABLED: 'Ended by the receiver',
};

const deliveryStates: Readonly<Record<WebhookDeliveryStatus, string>> = {
  WAITING: 'Waiting',
  DELIVERED: 'Delivered',
  GIVEN_UP: 'Given up',
};

/** What docs/webhooks.md says of each outcome, in short. */
const outcomes: Readonly<Record<string, string>> = {
  DELIVERED: 'It arrived',
  GONE: 'The receiver wants no more',
  REDIRECTED: 'A redirect, which is not followed',
  REFUSED: 'Refused',
  TIMEOUT: 'No answer within 10 s',
  CLOSED: 'The connection ended before an answer',
  GARBLED: 'The answer is not HTTP',
  UNREACHABLE: 'No connection',
  ADDRESS_REFUSED: 'No public address has this name',
  NO_SECRET: 'The secret is not here',
  DISABLED: 'The webhook was disabled or removed',
  EVENT_GONE: 'The log does not have the event any more',
};

export const webhookTexts = {
  about: 'Events of the shop are posted to these addresses, signed, each at least once.',
  ...{ events, states, deliveryStates, outcomes },
  register: 'Register a webhook',
  registered: 'The webhook is registered.',
  noneTitle: 'No webhooks yet',
  none: 'An admin registers the address of another system, which then gets events as they happen.',
  since: (instant: string) => `since ${instant}`,
  deliveries: 'Deliveries',
  deliveriesOf: (url: string) => `Deliveries to ${url}`,
  edit: 'Edit',
  editOf: (url: string) => `Edit the webhook to ${url}`,
  editTitle: 'Edit the webhook',
  changedElsewhere:
    'Somebody else has changed this webhook meanwhile. Saving again puts yours in the place of theirs:',
  save: 'Save',
  saved: 'The webhook is changed.',
  url: 'Address',
  urlHint: 'By https. Everyone who may read the log sees it: put no secret in it.',
  eventTypes: 'Events',
  noEvents: 'Choose one event or more.',
  pause: 'Pause',
  pauseOf: (url: string) => `Pause the webhook to ${url}`,
  paused: 'Paused. Its deliveries wait.',
  resume: 'Resume',
  resumeOf: (url: string) => `Resume the webhook to ${url}`,
  resumed: 'Resumed. What waits is delivered.',
  rotate: 'New secret',
  rotateOf: (url: string) => `Make a new secret for ${url}`,
  rotateTitle: 'Make a new secret?',
  rotateAbout:
    'Messages are signed with both secrets for 24 hours, then with the new one alone. Change the receiver over in between.',
  rotateNow: 'Make it',
  remove: 'Remove',
  removeOf: (url: string) => `Remove the webhook to ${url}`,
  removeTitle: 'Remove the webhook?',
  removeAbout: 'What waits is not delivered, and its secret is destroyed.',
  removeNow: 'Remove it',
  removed: 'The webhook is removed.',
  secretTitle: 'The secret',
  secretAbout:
    'The receiver checks signatures with it. It is shown this once; nobody can see it again.',
  secretDone: 'I have kept it',
  back: 'All webhooks',
  missingTitle: 'No such webhook',
  missing: 'It may have been removed. Its deliveries are kept for 30 days and are not shown.',
  log: 'Deliveries, the newest first',
  logAbout: 'They are kept for 30 days.',
  noDeliveriesTitle: 'Nothing delivered yet',
  noDeliveries: 'A delivery appears here as soon as one of its events is stored.',
  columns: { event: 'Event', status: 'Status', planned: 'Planned', attempts: 'Attempts' },
  nextAttempt: (instant: string) => `next attempt ${instant}`,
  noAttempt: 'None yet',
  attempts: { one: '# attempt', other: '# attempts' },
  attempt: (status: number | null, ms: string) =>
    status === null ? `after ${ms} ms` : `status ${status} after ${ms} ms`,
  redeliver: 'Deliver again',
  redeliverOf: (type: string, stream: string) => `Deliver again: ${type} of ${stream}`,
  redelivered: 'It is delivered again, with the same id.',
};
