// What a mail says of where an order goes and what that costs. Pure.
import type { PostalAddress } from '../commands/delivery-requests.js';
import type { OrderState } from '../domain/order/state.js';
import { taxInWords } from '../domain/tax/rule.js';

/** Personal data of the mail's reader, opened; null where there is none to tell. */
export interface ReadersWords {
  readonly address: PostalAddress | null;
  readonly giftNote: string | null;
}

export const noWords: ReadersWords = { address: null, giftNote: null };

export interface MailedAmount {
  readonly name: string;
  readonly minorUnits: number;
}

type Delivered = Pick<OrderState, 'delivery'>;

/** Shipping and taxes on top: with the lines they sum to the order's total. */
export function addedAmounts({ delivery }: Delivered): readonly MailedAmount[] {
  if (delivery == null) return [];
  const { shipping, taxes } = delivery;
  const shipped =
    shipping === null ? [] : [{ name: `Shipping: ${shipping.name}`, minorUnits: shipping.amount }];
  const onTop = taxes.filter(({ included }) => !included).map(amountOf);
  return [...shipped, ...onTop];
}

/** Taxes that prices include, which are told below the total. */
export function includedAmounts({ delivery }: Delivered): readonly MailedAmount[] {
  const taxes = delivery?.taxes.filter(({ included }) => included) ?? [];
  return taxes.map(amountOf).map((tax) => ({ ...tax, name: `${tax.name} included` }));
}

function amountOf({
  amount,
  ...tax
}: NonNullable<OrderState['delivery']>['taxes'][number]): MailedAmount {
  return { name: taxInWords(tax), minorUnits: amount };
}

/** Paragraphs, each of one or more lines. */
export function deliveryParagraphs(
  { delivery }: Delivered,
  { address, giftNote }: ReadersWords,
): readonly (readonly string[])[] {
  const paragraphs: (readonly string[])[] = [];
  const country = delivery?.shipTo?.country;
  if (address !== null && country !== undefined) {
    const { name, lines, city, postalCode } = address;
    const town = postalCode === null ? city : `${city} ${postalCode}`;
    paragraphs.push(['It goes to:', name, ...lines, town, nameOf(country)]);
  }
  if (giftNote !== null) paragraphs.push(['With your note:', giftNote]);
  return paragraphs;
}

function nameOf(country: string): string {
  return new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country;
}
