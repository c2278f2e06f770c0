// What faults leave of taxes and shipping, by the law that must see it.
import type { OrderPlaced } from '../../../src/domain/order/events.js';
import type { OrderedDelivery } from '../../../src/domain/order/delivery.js';
import { type Alteration, storing } from './alterations.js';

/** Another delivery in the last order that has what is to be altered. */
const delivering = (
  other: (delivery: OrderedDelivery) => Partial<OrderedDelivery> | undefined,
): Alteration =>
  storing((event) => {
    if (event.type !== 'OrderPlaced') return undefined;
    const order = event.data as OrderPlaced['data'];
    const change = order.delivery === null ? undefined : other(order.delivery);
    return change && { ...event, data: { ...order, delivery: { ...order.delivery, ...change } } };
  });

const taxing = (
  other: (tax: OrderedDelivery['taxes'][number]) => Partial<OrderedDelivery['taxes'][number]>,
): Alteration =>
  delivering(({ taxes }) => {
    const [first, ...others] = taxes;
    return first && { taxes: [{ ...first, ...other(first) }, ...others] };
  });

const holding = (type: string, change: object): Alteration =>
  storing((event) =>
    event.type === type ? { ...event, data: { ...(event.data as object), ...change } } : undefined,
  );

/** All events of a type, each with another data. */
const all =
  (type: string, change: object): Alteration =>
  (evidence) => {
    if (!evidence.log.some((event) => event.type === 'OrderPlaced' && isShipped(event.data))) {
      return undefined;
    }
    const log = evidence.log.map((event) =>
      event.type === type ? { ...event, data: { ...(event.data as object), ...change } } : event,
    );
    return { ...evidence, log };
  };

function isShipped(data: unknown): boolean {
  const { delivery } = data as OrderPlaced['data'];
  return delivery?.shipping != null && delivery.taxes.length > 0;
}

export const faults: Readonly<Record<string, Readonly<Record<string, Alteration>>>> = {
  'terms kept': {
    'an order costs a penny more': storing((event) => {
      if (event.type !== 'OrderPlaced') return undefined;
      const order = event.data as OrderPlaced['data'];
      return { ...event, data: { ...order, total: order.total + 1 } };
    }),
    'a cart is checked out at another total': holding('CartCheckedOut', { total: 1 }),
    'a tax is a penny more': taxing(({ amount }) => ({ amount: amount + 1 })),
    'a tax is by another rate': taxing((tax) => ({ partsPerMillion: tax.partsPerMillion + 1 })),
    'a tax that prices include is on top': taxing(({ included }) => ({ included: !included })),
    'a tax is left out': delivering(({ taxes }) =>
      taxes.length === 0 ? undefined : { taxes: taxes.slice(1) },
    ),
    'shipping costs a penny more': delivering(({ shipping }) =>
      shipping === null ? undefined : { shipping: { ...shipping, amount: shipping.amount + 1 } },
    ),
    'a tax rule was another one': all('TaxRuleDefined', { partsPerMillion: 7 }),
    'a way of shipping was offered at another price': all('ShippingMethodDefined', {
      prices: [{ currency: 'GBP', minorUnits: 1, freeFrom: null }],
    }),
  },
};
