// Every rejection of a product's command, with its stable code.
import type { Rejection } from '../rejection.js';

export type CatalogRejection = Rejection;

export const productNotListed: CatalogRejection = {
  code: 'NOT_FOUND',
  message: 'There is no such product on sale.',
};

export const notAPrice: CatalogRejection = {
  code: 'NOT_A_PRICE',
  message: 'A price must be a whole number of minor units, 0 or more, in an ISO 4217 currency.',
};
