// The cart's commands about where it goes. `at` is the instant of the command, in milliseconds
// since 1970. The service adds tax rules and the terms of shipping methods; a shopper never sends
// them.
import type { Place } from '../../countries.js';
import type { ShippingTerms } from '../../shipping/terms.js';
import type { TaxRule } from '../../tax/rule.js';
import type { SealedWords } from './events.js';

/** A shipping method that is not withdrawn. */
export interface ShippingOffer extends ShippingTerms {
  /** Of the event that gave it its terms. */
  readonly revision: number;
}

export interface SetShippingAddress extends Place {
  readonly type: 'SetShippingAddress';
  readonly at: number;
  readonly address: SealedWords | null;
  /** Of this place. */
  readonly taxRules: readonly TaxRule[];
}

interface BareCommand<Type extends string> {
  readonly type: Type;
  readonly at: number;
}

export type RemoveShippingAddress = BareCommand<'RemoveShippingAddress'>;

export interface ChooseShippingMethod extends BareCommand<'ChooseShippingMethod'> {
  readonly code: string;
  /** Null when there is no such method, or it was withdrawn. */
  readonly offer: ShippingOffer | null;
}

export type RemoveShippingMethod = BareCommand<'RemoveShippingMethod'>;

export interface SetGiftNote extends BareCommand<'SetGiftNote'> {
  readonly note: SealedWords;
}

export type RemoveGiftNote = BareCommand<'RemoveGiftNote'>;

/** What the shop asks of the cart's place now: for a checkout, and for new prices. */
export interface DeliveryOffers {
  /** Of the cart's place. */
  readonly taxRules: readonly TaxRule[];
  /** The chosen method's; null when it is not offered any more, or none is chosen. */
  readonly method: ShippingOffer | null;
  /** Whether any method goes there, for a cart in this currency. */
  readonly isShippingOffered: boolean;
}

export type DeliveryCommand =
  | SetShippingAddress
  | RemoveShippingAddress
  | ChooseShippingMethod
  | RemoveShippingMethod
  | SetGiftNote
  | RemoveGiftNote;
