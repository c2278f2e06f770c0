// Every rejection of a product's command, with its stable code.
import { rejection } from '../rejection.js';
import { MAX_PLANNED } from './planned-prices.js';

export const productNotListed = rejection('NOT_FOUND', 'There is no such product on sale.');

export const notANewProduct = rejection(
  'NOT_FOUND',
  'There is no such product. A new one needs a name and a price, and is put on sale.',
);

export const plannedPriceLimit = rejection(
  'PLANNED_PRICE_LIMIT',
  `A product has at most ${MAX_PLANNED} planned prices.`,
);

export const notAPrice = rejection(
  'NOT_A_PRICE',
  'A price must be a whole number of minor units, 0 or more, in an ISO 4217 currency.',
);
