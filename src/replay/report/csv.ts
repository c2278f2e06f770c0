// Formats the report for a spreadsheet: one line for each cart.
import { decimal } from '../../domain/money.js';
import type { ImpactReport } from './impact-report.js';

const HEADER = [
  'cart',
  'order',
  'customer',
  'day',
  'currency',
  'before',
  'after',
  'difference',
  'coupons',
  'skus',
  'events',
];

/** RFC 4180, with a header. Amounts are in major units. */
export function csvOf({ carts }: ImpactReport): string {
  const lines = carts.map((cart) => {
    const amount = (minorUnits: number) => decimal(minorUnits, cart.currency);
    const events = [...cart.because.before, ...cart.because.after].map(({ eventId }) => eventId);
    return [
      text(cart.cartId),
      text(cart.order?.id ?? ''),
      text(cart.customerId ?? ''),
      cart.day,
      cart.currency,
      amount(cart.before),
      amount(cart.after),
      amount(cart.difference),
      text(cart.coupons.map(({ code }) => code).join(' ')),
      text(cart.lines.map(({ sku }) => sku).join(' ')),
      text([...new Set(events)].join(' ')),
    ];
  });
  return [HEADER, ...lines].map((fields) => `${fields.join(',')}\r\n`).join('');
}

/**
 * Quotes a text. A spreadsheet would run a text that starts with these characters as a formula, and
 * product and customer names come from outside; a leading apostrophe makes it text.
 */
function text(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}
