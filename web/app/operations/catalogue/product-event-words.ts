// What an event of a product means, in a sentence. Another program may have written anything into
// the log: what does not have the expected shape has no sentence.
import { currencyDigits } from '../../currency-digits.ts';
import { dateTime, money } from '../../format.ts';
import { catalogueTexts } from './texts.ts';

const words = catalogueTexts.event;

type Stored = Readonly<Record<string, unknown>>;

/** Undefined for what this page does not know. */
export function productEventWords(type: string, data: Stored): string | undefined {
  const price = priceIn(data);
  const from = instantIn(data);
  const text = (name: string) => (typeof data[name] === 'string' ? data[name] : '');
  switch (type) {
    case 'ProductListed':
      return price && words.listed(price);
    case 'ProductPriceChanged':
      return price && words.priced(price);
    case 'ProductPricePlanned':
      return price && from && words.planned(price, from);
    case 'PlannedPriceDropped':
      return from && words.dropped(text('currency'), from);
    case 'ProductRenamed':
      return words.renamed(text('name'));
    case 'ProductDescribed':
      return words.described;
    case 'ProductTagged':
      return Array.isArray(data['tags']) ? words.tagged(data['tags'].join(', ')) : undefined;
    case 'ProductPictured':
      return words.pictured;
    case 'ProductTaxCategorized':
      return words.taxed(text('taxCategory') || 'standard');
    case 'ProductDelisted':
      return words.delisted;
    case 'ProductRestored':
      return words.restored;
    default:
      return undefined;
  }
}

function priceIn({ price }: Stored): string | undefined {
  if (typeof price !== 'object' || price === null) return undefined;
  const { minorUnits, currency } = price as Stored;
  if (typeof minorUnits !== 'number' || typeof currency !== 'string') return undefined;
  if (!/^[A-Z]{3}$/.test(currency)) return undefined;
  return money({ decimal: decimalOf(minorUnits, currency), currency });
}

function instantIn({ holdsFrom }: Stored): string | undefined {
  const isInstant = typeof holdsFrom === 'number' && Math.abs(holdsFrom) < 8.64e15;
  return isInstant ? dateTime(new Date(holdsFrom).toISOString()) : undefined;
}

function decimalOf(minorUnits: number, currency: string): string {
  const digits = currencyDigits(currency);
  return (minorUnits / 10 ** digits).toFixed(digits);
}
