// What a customer is told about an order, as text and as HTML. Pure: the same order and news give
// the same words.
import { currencyDigits } from '../domain/currencies.js';
import { decimal } from '../domain/money.js';
import type { OrderEvent } from '../domain/order/events.js';
import type { Refund } from '../domain/order/fulfilment.js';
import { type OrderState, refundOf } from '../domain/order/state.js';
import {
  addedAmounts,
  deliveryParagraphs,
  includedAmounts,
  type MailedAmount,
  noWords,
  type ReadersWords,
} from './delivery-lines.js';

export const mailedTypes = [
  'OrderPlaced',
  'PaymentReceived',
  'OrderShipped',
  'OrderCancelled',
  'OrderRefunded',
] as const satisfies readonly OrderEvent['type'][];

export type OrderNews = Extract<OrderEvent, { type: (typeof mailedTypes)[number] }>;

export interface OrderMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export function isMailed(event: OrderEvent): event is OrderNews & OrderEvent {
  return mailedTypes.some((type) => type === event.type);
}

export function orderMail(
  order: OrderState,
  news: OrderNews,
  personal: ReadersWords = noWords,
): OrderMail {
  const { subject, words } = wordsOf(order, news);
  const amounts = amountsOf(order).map(({ name, minorUnits }) => ({
    name,
    amount: shownMoney(minorUnits, order.currency),
  }));
  const delivery = deliveryParagraphs(order, personal);
  const text = [
    ...words,
    '',
    ...amounts.map(({ name, amount }) => `${name}  ${amount}`),
    ...delivery.flatMap((lines) => ['', ...lines]),
    '',
    `Order ${order.id ?? ''}`,
  ].join('\n');
  const rows = amounts.map(
    ({ name, amount }) =>
      `<tr><td>${escaped(name)}</td><td align="right">${escaped(amount)}</td></tr>`,
  );
  const html = [
    ...words.map((each) => `<p>${escaped(each)}</p>`),
    `<table>${rows.join('')}</table>`,
    ...delivery.map((lines) => `<p>${lines.map(escaped).join('<br>')}</p>`),
    `<p>Order ${escaped(order.id ?? '')}</p>`,
  ].join('\n');
  return { subject, text: `${text}\n`, html: `${html}\n` };
}

/** What is ordered, what comes on top or was corrected, the total, and the taxes in it. */
function amountsOf(order: OrderState): readonly MailedAmount[] {
  const lines = order.lines.map(({ name, quantity, total }) => ({
    name: `${quantity} × ${name}`,
    minorUnits: total,
  }));
  const total = { name: 'Total', minorUnits: order.total };
  return [...lines, ...addedAmounts(order), ...owed(order), total, ...includedAmounts(order)];
}

/** What corrections took off the total after the order was placed. */
function owed({ corrections }: OrderState): readonly MailedAmount[] {
  const minorUnits = corrections.reduce((sum, correction) => sum + refundOf(correction), 0);
  return minorUnits === 0 ? [] : [{ name: 'Correction', minorUnits }];
}

/** For example £12.50, ¥1,200 or KWD 1.250. */
export function shownMoney(minorUnits: number, currency: string): string {
  // Intl knows the digits of CLDR, which gives HUF and IDR none.
  const digits = currencyDigits(currency);
  const format = new Intl.NumberFormat('en', {
    ...{ style: 'currency', currency },
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  });
  // A decimal string is formatted exactly, which a number might not be.
  return format.format(decimal(minorUnits, currency) as Intl.StringNumericLiteral);
}

function wordsOf(order: OrderState, news: OrderNews): { subject: string; words: string[] } {
  switch (news.type) {
    case 'OrderPlaced':
      return { subject: 'We have your order', words: ['Thank you. We have your order.'] };
    case 'PaymentReceived': {
      const amount = shownMoney(news.data.amount, order.currency);
      return { subject: 'We have your payment', words: [`We have your payment of ${amount}.`] };
    }
    case 'OrderShipped': {
      const { carrier, trackingNumber } = news.data;
      const by = carrier === null ? '' : ` with ${carrier}`;
      const tracking = trackingNumber === null ? [] : [`Tracking number: ${trackingNumber}`];
      return {
        subject: 'Your order is on its way',
        words: [`Your order is on its way${by}.`, ...tracking],
      };
    }
    case 'OrderCancelled': {
      const words = [...reasonFor(news.data.reason), ...paidBack(order)];
      return { subject: 'Your order is cancelled', words };
    }
    case 'OrderRefunded': {
      const amount = shownMoney(news.data.amount, order.currency);
      return { subject: 'We paid you back', words: [`We paid ${amount} back to you.`] };
    }
  }
}

/** What a cancellation means for the money; earlier refunds may have paid back all of it. */
function paidBack({ received, refunds, cancellation }: OrderState): string[] {
  const isEarlier = ({ outcome, requestedAt }: Refund) =>
    outcome !== 'REFUSED' && requestedAt < (cancellation?.at ?? 0);
  const before = refunds.filter(isEarlier).reduce((sum, { amount }) => sum + amount, 0);
  if ((received?.amount ?? 0) <= before) return [];
  return [before > 0 ? 'We pay back the rest of what you paid.' : 'We pay back what you paid.'];
}

function reasonFor(reason: string): string[] {
  const known = new Map([
    [
      'PAYMENT_DECLINED',
      'Your payment was declined, so we cancelled the order. Nothing was charged.',
    ],
    ['OUT_OF_STOCK', 'We cannot deliver all of it, so we cancelled the order.'],
  ]);
  return [known.get(reason) ?? 'We cancelled your order.'];
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
