// Converts where a cart or an order goes, and what that costs, to the API's types.
import type { DeliveryView, LineTax, ShippingView } from '../domain/cart/delivery/view.js';
import type { OrderedDelivery } from '../domain/order/delivery.js';
import type {
  ChosenShippingMethodType,
  LineTaxType,
  TaxAmountType,
} from './types/delivery-types.js';
import { money } from './types/money.js';

export function shownLineTax(tax: LineTax | undefined, currency: string): LineTaxType | null {
  if (tax === undefined) return null;
  const { partsPerMillion: ratePartsPerMillion, amount, ...rule } = tax;
  return { ...rule, ratePartsPerMillion, amount: money(amount, currency) };
}

export function shownMethodOf(
  shipping: ShippingView | null | undefined,
  currency: string,
): ChosenShippingMethodType | null {
  if (shipping == null) return null;
  const { amount, ...method } = shipping;
  return { ...method, price: money(amount, currency) };
}

/** What totals show of shipping and taxes. */
export function shownCharges(delivery: DeliveryView | undefined, currency: string) {
  return chargesIn(delivery?.shipping?.amount ?? 0, delivery?.taxes ?? [], currency);
}

export function orderedCharges(delivery: OrderedDelivery | null | undefined, currency: string) {
  return chargesIn(delivery?.shipping?.amount ?? 0, delivery?.taxes ?? [], currency);
}

function chargesIn(
  shipping: number,
  taxes: readonly (LineTax & { readonly base: number })[],
  currency: string,
) {
  const tax = taxes.reduce((sum, { amount }) => sum + amount, 0);
  return {
    shipping: money(shipping, currency),
    tax: money(tax, currency),
    taxes: taxes.map((one): TaxAmountType => {
      const { name, category, included, amount, base, partsPerMillion } = one;
      return {
        ...{ name, category, included, ratePartsPerMillion: partsPerMillion },
        amount: money(amount, currency),
        taxable: money(base, currency),
      };
    }),
  };
}
