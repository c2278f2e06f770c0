// What faults leave of orders, stock, coupons, charges and mails, by the law that must see it.
import type { JsonObject } from '../../../src/domain/codec.js';
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { Deed } from '../outside/deeds.js';
import { receivers } from '../outside/webhook-admin.js';
import { type Alteration, appended, storing, storingMore } from './alterations.js';
import type { SeenDeed } from './evidence.js';

/** Other deeds in the place of the last of a kind; none takes it away. */
const dealing =
  <Kind extends Deed['kind']>(
    kind: Kind,
    other: (deed: Extract<Deed, { kind: Kind }>, seen: SeenDeed) => readonly SeenDeed[],
  ): Alteration =>
  (evidence) => {
    const index = evidence.deeds.findLastIndex(({ deed }) => deed.kind === kind);
    const seen = evidence.deeds[index];
    if (seen === undefined) return undefined;
    const others = other(seen.deed as Extract<Deed, { kind: Kind }>, seen);
    return { ...evidence, deeds: evidence.deeds.toSpliced(index, 1, ...others) };
  };

const ofType = (
  type: string,
  change: JsonObject,
  isMeant: (data: JsonObject) => boolean = () => true,
): Alteration =>
  storing((event) => {
    const data = event.data as JsonObject;
    return event.type === type && isMeant(data)
      ? { ...event, data: { ...data, ...change } }
      : undefined;
  });

const gone = (type: string): Alteration =>
  storing((event) => (event.type === type ? null : undefined));

/** Every event of a type as another one; null takes them away. */
const all =
  (type: string, other: (event: StoredEvent) => StoredEvent | null): Alteration =>
  (evidence) => {
    if (!evidence.log.some((event) => event.type === type)) return undefined;
    const log = evidence.log.flatMap((event) =>
      event.type === type ? (other(event) ?? []) : event,
    );
    return { ...evidence, log };
  };

const again = (
  type: string,
  change: Partial<StoredEvent> = {},
  isMeant: (data: JsonObject) => boolean = () => true,
): Alteration =>
  storingMore((event, evidence) =>
    event.type === type && isMeant(event.data as JsonObject)
      ? appended(event, evidence, change)
      : undefined,
  );

/** Of an order, in place of a checkout. */
const isOrders = ({ attemptId }: JsonObject) => attemptId === null;
const isCheckouts = (data: JsonObject) => !isOrders(data);

/** The product was first counted when the cart was opened: long before somebody checked it out. */
const closedUncounted: Alteration = (evidence) => {
  const { log } = evidence;
  const taken = log.findLast(
    ({ type, data }) => type === 'StockReserved' && isCheckouts(data as JsonObject),
  );
  if (taken === undefined) return undefined;
  const { cartId } = taken.data as { readonly cartId: string };
  const opened = log.find(({ stream }) => stream === `cart-${cartId}`);
  const counted = log.find(({ stream }) => stream === taken.stream);
  if (opened === undefined || counted === undefined) return undefined;
  const later = { ...counted, recordedAt: opened.recordedAt };
  const altered = log.flatMap((event) => {
    if (event === taken) return [];
    return event === counted ? later : event;
  });
  return { ...evidence, log: altered };
};

export const faults: Readonly<Record<string, Readonly<Record<string, Alteration>>>> = {
  'one order': {
    'a cart becomes a second order': again('OrderPlaced', { stream: 'order-second', revision: 0 }),
    'a cart is checked out again': again('CartCheckedOut'),
  },
  'charged once': {
    'an order is charged twice': dealing('charged', (_deed, seen) => [seen, seen]),
    'an order is charged again under another key': dealing('charged', (deed, seen) => [
      seen,
      { ...seen, deed: { ...deed, key: `${deed.key} again` } },
    ]),
    'an order is charged a penny more': dealing('charged', (deed, seen) => [
      { ...seen, deed: { ...deed, amount: deed.amount + 1 } },
    ]),
    'an order is charged before it is placed': dealing('charged', (_deed, seen) => [
      { ...seen, after: 0 },
    ]),
    'an order is paid that nobody has charged': dealing('charged', () => []),
    'a payment is recorded before it happened': dealing('charged', (_deed, seen) => [
      { ...seen, after: Infinity },
    ]),
    'another amount is recorded than was charged': ofType('PaymentReceived', { amount: 1 }),
    'a declined order was charged': storing((event) =>
      event.type === 'PaymentReceived' && (event.data as JsonObject)['amount'] !== 0
        ? { ...event, type: 'PaymentDeclined', data: { reason: 'CARD_DECLINED' } }
        : undefined,
    ),
  },
  'refunded once': {
    'a refund is paid under two keys': dealing('refunded', (deed, seen) => [
      seen,
      { ...seen, deed: { ...deed, key: `${deed.key} again` } },
    ]),
    'more is refunded than was charged': dealing('refunded', (_deed, seen) => [
      ...Array.from({ length: 1_000 }, () => seen),
    ]),
    'another amount is refunded than was requested': dealing('refunded', (deed, seen) => [
      { ...seen, deed: { ...deed, amount: deed.amount + 1 } },
    ]),
    'a refund is recorded that nobody has paid': dealing('refunded', () => []),
    'a refund is recorded before it happened': dealing('refunded', (_deed, seen) => [
      { ...seen, after: Infinity },
    ]),
    'a refund is recorded twice': again('OrderRefunded'),
  },
  'stock is kept': {
    'a unit is held that is not there': ofType('StockReserved', { quantity: 10_000 }),
    'fewer units came in than are held': all('StockReceived', (event) => ({
      ...event,
      data: { ...(event.data as JsonObject), quantity: 0 },
    })),
    'fewer units are left than none': ofType('StockAdjusted', { change: -10_000 }),
    'a cart closes without its units': storing((event) =>
      event.type === 'StockReserved' && isCheckouts(event.data as JsonObject) ? null : undefined,
    ),
    'a cart closes without units that were counted before its checkout': closedUncounted,
    'an order is reserved without its units': storing((event) =>
      event.type === 'StockReserved' && isOrders(event.data as JsonObject) ? null : undefined,
    ),
    'the hold of a placed order is released': storingMore((event, evidence) =>
      event.type === 'StockReserved' && isOrders(event.data as JsonObject)
        ? appended(event, evidence, {
            type: 'StockReleased',
            data: {
              ...(event.data as JsonObject),
              orderId: 'not cancelled',
              reason: 'ORDER_CANCELLED',
            },
          })
        : undefined,
    ),
    'a hold is released before its time': storingMore((event, evidence) => {
      if (event.type !== 'StockReserved' || isOrders(event.data as JsonObject)) return undefined;
      const data = { ...(event.data as JsonObject), orderId: 'of nobody', quantity: 0 };
      const { log } = evidence;
      const held = appended(event, evidence, { data });
      return appended(
        event,
        { ...evidence, log: [...log, held] },
        {
          type: 'StockReleased',
          revision: held.revision,
          data: { ...data, reason: 'EXPIRED' },
        },
      );
    }),
    'an order gives its units back twice': again('StockReleased', {}, isOrders),
    'an order holds units again after it was cancelled': storingMore((event, evidence) =>
      event.type === 'StockReleased' && isOrders(event.data as JsonObject)
        ? appended(event, evidence, {
            type: 'StockReserved',
            data: { ...(event.data as JsonObject), quantity: 0, expiresAt: null, cartId: '' },
          })
        : undefined,
    ),
    'an order is shipped twice': again('StockShipped'),
    'more units leave than were held': ofType('StockShipped', { quantity: 77 }),
    'units leave of an order that was not shipped': all('OrderShipped', () => null),
    'units come back of an order that was not cancelled': all('OrderCancelled', () => null),
  },
  'coupons are kept': {
    'a coupon has a smaller limit than it has uses': all('CouponDefined', (event) => ({
      ...event,
      data: { ...(event.data as JsonObject), terms: { usageLimit: 0 } },
    })),
    'a cart closes without a use': storing((event) =>
      event.type === 'CouponRedeemed' && isCheckouts(event.data as JsonObject) ? null : undefined,
    ),
    'an order has everything but its use': storing((event) =>
      event.type === 'CouponRedeemed' && isOrders(event.data as JsonObject) ? null : undefined,
    ),
    'a use is given back twice': again('CouponUseReturned'),
    'a use is given back of an order that was not cancelled': storingMore((event, evidence) =>
      event.type === 'CouponRedeemed' &&
      isOrders(event.data as JsonObject) &&
      !evidence.log.some(
        ({ type, stream }) => type === 'OrderCancelled' && stream === orderOf(event),
      )
        ? appended(event, evidence, {
            type: 'CouponUseReturned',
            data: { ...(event.data as JsonObject), reason: 'ORDER_CANCELLED' },
          })
        : undefined,
    ),
    'a cancelled order uses its coupon again': storingMore((event, evidence) =>
      event.type === 'CouponUseReturned'
        ? appended(event, evidence, { type: 'CouponRedeemed' })
        : undefined,
    ),
  },
  'mailed once': {
    'a mail is sent twice': dealing('mailed', (_deed, seen) => [seen, seen]),
    'a mail tells of what has not happened': dealing('mailed', (_deed, seen) => [
      { ...seen, after: 0 },
    ]),
  },
  'posted once': {
    'an event has two ids for one receiver': dealing('notified', (deed, seen) => [
      seen,
      { ...seen, deed: { ...deed, messageId: `${deed.messageId} again` } },
    ]),
    'an id stands for two events': (evidence) => {
      const [one] = evidence.deeds.filter(({ deed }) => deed.kind === 'notified');
      if (one?.deed.kind !== 'notified') return undefined;
      const { messageId } = one.deed;
      const other = dealing('notified', (deed, seen) => [
        { ...seen, deed: { ...deed, messageId } },
      ]);
      return other(evidence);
    },
    'a message has no id': dealing('notified', (deed, seen) => [
      { ...seen, deed: { ...deed, messageId: '' } },
    ]),
    'an event is posted that is not in the log': dealing('notified', (deed, seen) => [
      { ...seen, deed: { ...deed, eventId: 'of nobody' } },
    ]),
    'an event is posted before it is in the log': dealing('notified', (_deed, seen) => [
      { ...seen, after: 0 },
    ]),
    'an event is posted that the webhook has not asked for': dealing('notified', (deed, seen) => [
      { ...seen, deed: { ...deed, url: receivers.find((one) => one.url !== deed.url)!.url } },
    ]),
    'a message goes to an address of the shop': dealing('notified', (deed, seen) => [
      { ...seen, deed: { ...deed, url: 'http://127.0.0.1/' } },
    ]),
    'a message is signed with another secret': dealing('notified', (deed, seen) => [
      { ...seen, deed: { ...deed, isGenuine: false } },
    ]),
  },
  'tokens are secret': {
    'an event has a payment token': storing((event, { history }) => {
      const asked = history.find(
        (record) =>
          record.kind === 'asked' &&
          record.intent.kind === 'change cart' &&
          record.intent.change.type === 'CheckOut' &&
          record.intent.change.paymentToken !== undefined,
      );
      if (asked?.kind !== 'asked' || asked.intent.kind !== 'change cart') return undefined;
      const { change } = asked.intent;
      const token = change.type === 'CheckOut' ? change.paymentToken : undefined;
      return { ...event, data: { ...(event.data as JsonObject), note: `paid by ${token}` } };
    }),
  },
  'orders end': {
    'an order is neither paid nor declined': storing((event) =>
      event.type === 'PaymentReceived' || event.type === 'PaymentDeclined' ? null : undefined,
    ),
    'an order is charged and does not know it': dealing('charged', (deed, seen) => [
      seen,
      { ...seen, deed: { ...deed, key: 'of nobody' } },
    ]),
    'a refund is not answered': storing((event) =>
      event.type === 'OrderRefunded' || event.type === 'RefundRefused' ? null : undefined,
    ),
    'a cancelled order keeps its units': storing((event) =>
      event.type === 'StockReleased' && isOrders(event.data as JsonObject) ? null : undefined,
    ),
    'a shipped order keeps its units': gone('StockShipped'),
    'a cancelled order keeps its coupon': gone('CouponUseReturned'),
    'a checkout holds units for ever': storingMore((event, evidence) =>
      event.type === 'StockReserved' && isCheckouts(event.data as JsonObject)
        ? appended(event, evidence, { data: { ...(event.data as JsonObject), orderId: 'none' } })
        : undefined,
    ),
    'a checkout holds a use for ever': storingMore((event, evidence) =>
      event.type === 'CouponRedeemed' && isCheckouts(event.data as JsonObject)
        ? appended(event, evidence, { data: { ...(event.data as JsonObject), orderId: 'none' } })
        : undefined,
    ),
    'a mail is not sent': dealing('mailed', () => []),
    'an event is not posted': dealing('notified', () => []),
  },
};

function orderOf({ data }: StoredEvent): string {
  return `order-${String((data as JsonObject)['orderId'])}`;
}
