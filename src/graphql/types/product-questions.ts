// What callers may ask of the catalogue: an order, and filters.
import { Field, InputType, registerEnumType } from 'type-graphql';
import { SafeIntScalar } from '../scalars.js';

export enum ProductSort {
  RELEVANCE = 'RELEVANCE',
  SKU = 'SKU',
  NAME = 'NAME',
  PRICE = 'PRICE',
  PRICE_DESCENDING = 'PRICE_DESCENDING',
  NEWEST = 'NEWEST',
}
registerEnumType(ProductSort, {
  name: 'ProductSort',
  description: 'The order of products. Products that are equal in it are in the order of sku',
  valuesConfig: {
    RELEVANCE: { description: 'The best match first; without a search, the order of sku' },
    SKU: { description: 'By the bytes of the sku' },
    NAME: { description: 'By name, without case, accents and punctuation' },
    PRICE: { description: 'Lowest amount first. Amounts are not converted between currencies' },
    PRICE_DESCENDING: { description: 'Highest amount first' },
    NEWEST: { description: 'What was listed last comes first' },
  },
});

@InputType({ description: 'Prices of one currency, both ends included' })
export class PriceRangeInput {
  @Field(() => String, { description: 'ISO 4217' })
  currency!: string;

  @Field(() => SafeIntScalar, { nullable: true, description: 'In minor units; default: 0' })
  least?: number | null;

  @Field(() => SafeIntScalar, { nullable: true, description: 'In minor units; default: no limit' })
  most?: number | null;
}

export enum ProductSale {
  ON_SALE = 'ON_SALE',
  WITHDRAWN = 'WITHDRAWN',
  ANY = 'ANY',
}
registerEnumType(ProductSale, {
  name: 'ProductSale',
  description: 'Whether a product is on sale',
  valuesConfig: {
    ON_SALE: { description: 'It can be bought' },
    WITHDRAWN: { description: 'It was delisted' },
    ANY: { description: 'Both' },
  },
});

@InputType({ description: 'A product must fit all of it' })
export class ProductFilter {
  @Field(() => [String], { nullable: true, description: 'The product has all of these tags' })
  tags?: readonly string[] | null;

  @Field(() => PriceRangeInput, { nullable: true, description: "The product's price" })
  price?: PriceRangeInput | null;

  @Field(() => ProductSale, {
    nullable: true,
    description: 'For support and admins; default: ON_SALE',
  })
  sale?: `${ProductSale}` | null;
}
