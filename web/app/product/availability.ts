// How many units a shopper can order, in words.
import type { ProductFieldsFragment } from '../../../schema/generated/graphql.ts';
import { counted } from '../format.ts';
import { texts } from '../texts.ts';

/** From here on the number of units is no news. */
const plenty = 20;

interface Availability {
  readonly maximum: number;
  readonly text: string;
  readonly tone: 'good' | 'warm' | 'bad';
}

export function availabilityOf({ available }: ProductFieldsFragment): Availability {
  const { soldOut, left, inStock } = texts.product;
  if (available <= 0) return { maximum: 0, text: soldOut, tone: 'bad' };
  if (available < plenty)
    return { maximum: available, text: counted(available, left), tone: 'warm' };
  return { maximum: available, text: inStock, tone: 'good' };
}
