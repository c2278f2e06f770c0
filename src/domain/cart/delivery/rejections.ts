// Every rejection that is about where a cart goes, with its stable code.
import { rejection } from '../../rejection.js';

export const unknownPlace = rejection(
  'UNKNOWN_COUNTRY',
  'This is no country of ISO 3166-1, or no code of a region.',
);

export const addressRequired = rejection(
  'SHIPPING_ADDRESS_REQUIRED',
  'It is not known where to ship to. Set the address first.',
);

export const methodRequired = rejection(
  'SHIPPING_METHOD_REQUIRED',
  'Choose a shipping method first.',
);

export const methodUnavailable = rejection(
  'SHIPPING_UNAVAILABLE',
  'This shipping method cannot be had for this cart.',
);

export const noAddress = rejection('NOT_FOUND', 'The cart has no shipping address.');

export const noMethod = rejection('NOT_FOUND', 'The cart has no shipping method.');

export const noGiftNote = rejection('NOT_FOUND', 'The cart has no gift note.');
