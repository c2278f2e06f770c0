// Validates what a shopper says of where a cart goes.
import type { PostalAddress } from '../commands/delivery-requests.js';
import { badInput } from './api-error.js';
import { countryOf, emailOf, regionOf, textOf } from './input-rules.js';
import type {
  PlaceInput,
  PostalAddressInput,
  SetShippingAddressInput,
} from './types/delivery-inputs.js';

const maxLines = 4;
const maxNoteLength = 500;

/** @throws ApiError BAD_USER_INPUT, as all of these */
export function placeOf({ country, region }: PlaceInput) {
  return { country: countryOf(country), region: region == null ? null : regionOf(region) };
}

export function personalAddressOf({
  address,
  email,
}: Pick<SetShippingAddressInput, 'address' | 'email'>) {
  if (address == null) return null;
  if (email == null) throw badInput('An address needs the e-mail address of its person.');
  return { email: emailOf(email), address: addressOf(address) };
}

function addressOf({ name, lines, city, postalCode, phone }: PostalAddressInput): PostalAddress {
  if (lines.length === 0 || lines.length > maxLines) {
    throw badInput(`lines must be 1 to ${maxLines} lines of an address.`);
  }
  return {
    name: textOf(name, 'name', 100),
    lines: lines.map((line) => textOf(line, 'lines', 100)),
    city: textOf(city, 'city', 100),
    postalCode: postalCode == null ? null : textOf(postalCode, 'postalCode', 20),
    phone: phone == null ? null : textOf(phone, 'phone', 40),
  };
}

export function giftNoteOf(note: string): string {
  return textOf(note, 'note', maxNoteLength);
}
