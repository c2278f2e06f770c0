// What readers see of where a cart goes and what that costs. It is plain JSON, and has no personal
// data.
import type { Place } from '../../countries.js';
import { decimal } from '../../money.js';
import { taxInWords } from '../../tax/rule.js';
import type { Charges, PricedTax } from './charges.js';
import type { CartDelivery } from './state.js';

export interface DeliveryView {
  readonly shipTo: (Place & ShownAddress) | null;
  readonly shipping: ShippingView | null;
  readonly taxes: readonly TaxView[];
  /** Revision of the event that set the note; null without one. */
  readonly giftNoteRevision: number | null;
}

interface ShownAddress {
  /** Revision of the event that set the address; null while only the place is known. */
  readonly addressRevision: number | null;
}

export interface ShippingView {
  readonly code: string;
  readonly name: string;
  /** What it costs now, in minor units. */
  readonly amount: number;
  readonly eligible: boolean;
  readonly reason: string | null;
}

export interface TaxView extends TaxTerms {
  /** What is taxed, as prices state it, in minor units. */
  readonly base: number;
  readonly amount: number;
}

export interface LineTax extends TaxTerms {
  /** In minor units. */
  readonly amount: number;
}

interface TaxTerms {
  readonly name: string;
  readonly category: string;
  readonly partsPerMillion: number;
  /** Whether prices include it. */
  readonly included: boolean;
}

export function termsOf({ rule }: PricedTax): TaxTerms {
  const { name, category, partsPerMillion, pricesIncludeTax: included } = rule;
  return { name, category, partsPerMillion, included };
}

/** The property of a view, where there is something to show. */
export function deliveryView(
  delivery: CartDelivery | undefined,
  { shipping, taxes }: Charges,
): { readonly delivery?: DeliveryView } {
  if (delivery === undefined) return {};
  const { shipTo, giftNote } = delivery;
  return {
    delivery: {
      shipTo: shipTo && {
        country: shipTo.country,
        region: shipTo.region,
        addressRevision: shipTo.address === null ? null : shipTo.revision,
      },
      shipping: shipping && {
        code: shipping.code,
        name: shipping.name,
        amount: shipping.amount,
        eligible: shipping.reason === null,
        reason: shipping.reason,
      },
      taxes: taxes.map((tax) => ({ ...termsOf(tax), base: tax.base, amount: tax.amount })),
      giftNoteRevision: giftNote?.revision ?? null,
    },
  };
}

/** Answers the tax of a line, by its index: all of a line's portions are one kind of goods. */
export function lineTaxes(
  { lines }: { readonly lines: readonly { readonly portions: readonly unknown[] }[] },
  { taxes }: Charges,
): (index: number) => { readonly tax?: LineTax } {
  if (taxes.length === 0) return () => ({});
  let end = 0;
  const spans = lines.map(({ portions }) => {
    const from = end;
    end += portions.length;
    return { from, end };
  });
  return (index) => {
    const { from, end: to } = spans[index] ?? { from: 0, end: 0 };
    for (const tax of taxes) {
      const amount = tax.shares.slice(from, to).reduce((sum, share) => sum + share, 0);
      if (tax.isOn.slice(from, to).includes(true)) return { tax: { ...termsOf(tax), amount } };
    }
    return {};
  };
}

/** Shipping and taxes as parts of a total. */
export function chargedParts({ shipping, taxes }: Charges, currency: string) {
  const money = (minorUnits: number) => `${decimal(minorUnits, currency)} ${currency}`;
  const shipped =
    shipping?.reason === null
      ? [
          {
            label: `Shipping by ${shipping.name}`,
            amount: shipping.amount,
            eventId: shipping.eventId,
            revision: shipping.revision,
          },
        ]
      : [];
  const taxed = taxes.map(({ rule, base, amount, eventId, revision }) => {
    const name = taxInWords(rule);
    return rule.pricesIncludeTax
      ? { label: `${name} in ${money(base)}: ${money(amount)}`, amount: 0, eventId, revision }
      : { label: `${name} on ${money(base)}`, amount, eventId, revision };
  });
  return [...shipped, ...taxed];
}
