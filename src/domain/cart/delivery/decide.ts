// Decides where an open cart goes, and on which terms.
import { assertNever } from '../../assert-never.js';
import { isPlace, isSamePlace, type Place } from '../../countries.js';
import { accept, reject } from '../../decider.js';
import { serves, shippingPriceIn } from '../../shipping/terms.js';
import { areSameRules, type TaxRule } from '../../tax/rule.js';
import type { CartDecision } from '../decision.js';
import type { CartEvent } from '../events.js';
import type { CartRejection } from '../rejections.js';
import type { OpenCartState } from '../state.js';
import type {
  ChooseShippingMethod,
  DeliveryCommand,
  DeliveryOffers,
  SetShippingAddress,
  ShippingOffer,
} from './commands.js';
import type { ShippingMethodChosen, TaxRulesApplied } from './events.js';
import * as rejections from './rejections.js';
import { noDelivery } from './state.js';

export function decideDelivery(command: DeliveryCommand, state: OpenCartState): CartDecision {
  const { shipTo, method, giftNote } = state.delivery ?? noDelivery;
  switch (command.type) {
    case 'SetShippingAddress':
      return setAddress(command, state);
    case 'RemoveShippingAddress': {
      if (shipTo === null) return reject(rejections.noAddress);
      const { country, region } = shipTo;
      return accept({ type: 'ShippingAddressRemoved', data: { country, region } });
    }
    case 'ChooseShippingMethod':
      return chooseMethod(command, state);
    case 'RemoveShippingMethod':
      if (method === null) return reject(rejections.noMethod);
      return accept({ type: 'ShippingMethodRemoved', data: { code: method.code } });
    case 'SetGiftNote':
      return accept({ type: 'GiftNoteSet', data: { note: command.note } });
    case 'RemoveGiftNote':
      if (giftNote === null) return reject(rejections.noGiftNote);
      return accept({ type: 'GiftNoteRemoved', data: { keyId: giftNote.note.keyId } });
    default:
      return assertNever(command);
  }
}

function setAddress(
  { at, country, region, address, taxRules }: SetShippingAddress,
  state: OpenCartState,
): CartDecision {
  const place = { country, region };
  if (!isPlace(place)) return reject(rejections.unknownPlace);
  const { shipTo, tax } = state.delivery ?? noDelivery;
  const held = shipTo !== null && isSamePlace(shipTo, place) ? (tax?.rules ?? []) : [];
  return accept<CartEvent>(
    { type: 'ShippingAddressSet', data: { ...place, address } },
    ...rulesFor(place, held, taxRules, at),
  );
}

function rulesFor(
  { country, region }: Place,
  held: readonly TaxRule[],
  rules: readonly TaxRule[],
  at: number,
): readonly TaxRulesApplied[] {
  if (areSameRules(held, rules, at)) return [];
  return [{ type: 'TaxRulesApplied', data: { country, region, rules } }];
}

function chooseMethod({ code, offer }: ChooseShippingMethod, state: OpenCartState): CartDecision {
  const { shipTo } = state.delivery ?? noDelivery;
  if (shipTo === null) return reject(rejections.addressRequired);
  const chosen = offer && chosenFrom(code, offer, shipTo, state.currency);
  return chosen === null ? reject(rejections.methodUnavailable) : accept(chosen);
}

/** Null when the method cannot bring a cart in this currency there. */
export function chosenFrom(
  code: string,
  { name, countries, taxCategory, prices, revision }: ShippingOffer,
  { country }: Place,
  currency: string,
): ShippingMethodChosen | null {
  const priced = shippingPriceIn({ prices }, currency);
  if (priced === undefined || !serves({ countries }, country)) return null;
  const { minorUnits: price, freeFrom } = priced;
  const terms = { name, price, freeFrom, countries, taxCategory };
  return { type: 'ShippingMethodChosen', data: { code, ...terms, offerRevision: revision } };
}

/** The tax rules of now, where the cart has others. */
export function taxRulesOfNow(
  { delivery }: OpenCartState,
  offers: DeliveryOffers | undefined,
  at: number,
): readonly TaxRulesApplied[] {
  if (delivery === undefined || delivery.shipTo === null || offers === undefined) return [];
  return rulesFor(delivery.shipTo, delivery.tax?.rules ?? [], offers.taxRules, at);
}

/** The chosen method on its terms of now, where the cart has others. */
export function methodOfNow(
  { delivery, currency }: OpenCartState,
  offers: DeliveryOffers | undefined,
): readonly ShippingMethodChosen[] {
  const { shipTo, method } = delivery ?? noDelivery;
  const offer = offers?.method ?? null;
  if (shipTo === null || method === null || offer === null) return [];
  const chosen = chosenFrom(method.code, offer, shipTo, currency);
  const isSame =
    chosen === null ||
    (chosen.data.price === method.price && chosen.data.freeFrom === method.freeFrom);
  return isSame ? [] : [chosen];
}

/** Why a checkout cannot ship the cart; undefined where it can, or where nothing is shipped. */
export function shippingRefusal(
  { delivery, currency }: OpenCartState,
  offers: DeliveryOffers | undefined,
): CartRejection | undefined {
  const { shipTo, method } = delivery ?? noDelivery;
  if (method === null) {
    const isMissing = shipTo?.address != null && offers?.isShippingOffered === true;
    return isMissing ? rejections.methodRequired : undefined;
  }
  if (shipTo?.address == null) return rejections.addressRequired;
  const offer = offers?.method ?? null;
  const isOffered =
    offer !== null &&
    serves(method, shipTo.country) &&
    chosenFrom(method.code, offer, shipTo, currency) !== null;
  return isOffered ? undefined : rejections.methodUnavailable;
}
