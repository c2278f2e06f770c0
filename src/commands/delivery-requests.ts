// Commands about where a cart goes, as they arrive. Personal data enters no event as it is.
import type { Place } from '../domain/countries.js';
import type { BareRequest, CodeRequest } from './cart-requests.js';

/**
 * Where to bring an order. Stored encrypted, as JSON: change only by adding optional properties.
 */
export interface PostalAddress {
  readonly name: string;
  /** Street and house, and what else the country's addresses need; 1 to 4. */
  readonly lines: readonly string[];
  readonly city: string;
  readonly postalCode: string | null;
  readonly phone: string | null;
}

/** Personal data of the person with this e-mail address, or of the cart's customer. */
interface Personal {
  readonly email: string;
}

export interface SetShippingAddressRequest extends Place {
  readonly type: 'SetShippingAddress';
  readonly cartId: string;
  /** Null: only the place is known yet. */
  readonly personal: (Personal & { readonly address: PostalAddress }) | null;
}

interface SetGiftNoteRequest {
  readonly type: 'SetGiftNote';
  readonly cartId: string;
  readonly personal: Personal & { readonly note: string };
}

export type DeliveryRequest =
  | SetShippingAddressRequest
  | SetGiftNoteRequest
  | CodeRequest<'ChooseShippingMethod'>
  | BareRequest<'RemoveShippingAddress'>
  | BareRequest<'RemoveShippingMethod'>
  | BareRequest<'RemoveGiftNote'>;
