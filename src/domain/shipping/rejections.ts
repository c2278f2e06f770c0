// Every rejection of a command of the shipping methods, with its stable code.
import { rejection } from '../rejection.js';

export const badShippingTerms = rejection(
  'SHIPPING_TERMS',
  'A shipping method needs a code of A to Z, 0 to 9, hyphen and underscore, a name, a tax category, ' +
    'countries of ISO 3166-1 or all, and a price of 0 or more in each of 1 to 50 currencies.',
);

export const shippingMethodNotDefined = rejection('NOT_FOUND', 'There is no such shipping method.');

export const shippingMethodLimit = (maximum: number) =>
  rejection(
    'SHIPPING_METHOD_LIMIT',
    `A shop has at most ${maximum} shipping methods, in all times.`,
  );
