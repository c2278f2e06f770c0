// Every rejection of a product's command, with its stable code.
import { rejection } from '../rejection.js';

export const productNotListed = rejection('NOT_FOUND', 'There is no such product on sale.');

export const notAPrice = rejection(
  'NOT_A_PRICE',
  'A price must be a whole number of minor units, 0 or more, in an ISO 4217 currency.',
);
