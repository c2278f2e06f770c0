// A shipping method as somebody types it, and the input that the service takes.
import { newCommandId } from '../../../cart-client/command-id.ts';
import type {
  DefineShippingMethodInput,
  ShippingMethodFieldsFragment,
} from '../../../../schema/generated/graphql.ts';
import { countries as known } from '../../checkout/countries.ts';
import { minorUnitsOf } from '../money-input.ts';
import { standardTax } from '../tax-category.ts';

export interface TypedPrice {
  readonly currency: string;
  readonly price: string;
  readonly freeFrom: string;
}

export interface ShippingValues {
  readonly code: string;
  readonly name: string;
  readonly countries: string;
  readonly taxCategory: string;
  readonly prices: readonly TypedPrice[];
}

export const noPrice: TypedPrice = { currency: 'GBP', price: '', freeFrom: '' };

export function valuesOf(method: ShippingMethodFieldsFragment | null): ShippingValues {
  if (method === null) {
    return { code: '', name: '', countries: '', taxCategory: standardTax, prices: [noPrice] };
  }
  const { code, name, countries, taxCategory, prices } = method;
  const typed = prices.map(({ price, freeFrom }) => ({
    ...{ currency: price.currency, price: price.decimal },
    freeFrom: freeFrom?.decimal ?? '',
  }));
  return { code, name, countries: countries?.join(', ') ?? '', taxCategory, prices: typed };
}

const countryCodes = (text: string) =>
  text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter((code) => code !== '');

/** The first of the typed countries that is none. */
export const unknownCountry = ({ countries }: ShippingValues): string | undefined =>
  countryCodes(countries).find((code) => !known.some((country) => country.code === code));

/**
 * Null when a price is none, or a currency has two.
 *
 * @param seen revision of the method that the form tells of
 */
export function inputOf(
  values: ShippingValues,
  seen: number | null = null,
): DefineShippingMethodInput | null {
  const { code, name, taxCategory, prices } = values;
  const taken = prices.map(pricedOf);
  const currencies = new Set(prices.map(({ currency }) => currency));
  if (currencies.size < prices.length || !taken.every((one) => one !== null)) return null;
  const countries = countryCodes(values.countries);
  return {
    ...{ commandId: newCommandId(), code: code.trim(), name: name.trim(), prices: taken },
    taxCategory: taxCategory.trim() === '' ? standardTax : taxCategory.trim(),
    countries: countries.length === 0 ? null : countries,
    ...(seen !== null && { expectedRevision: seen }),
  };
}

function pricedOf({ currency, price, freeFrom }: TypedPrice) {
  const minorUnits = minorUnitsOf(price, currency);
  const free = freeFrom.trim() === '' ? undefined : minorUnitsOf(freeFrom, currency);
  if (minorUnits === null || free === null) return null;
  return { price: { minorUnits, currency }, ...(free !== undefined && { freeFrom: free }) };
}
