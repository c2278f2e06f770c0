// Where carts go in a shop without faults, and what that costs: tax rules and shipping methods as
// their streams have them.
import { shippingAggregate, taxAggregate } from '../../../src/commands/aggregates.js';
import type { CartCommand, CheckOut } from '../../../src/domain/cart/commands.js';
import type { CartState } from '../../../src/domain/cart/state.js';
import type { Place } from '../../../src/domain/countries.js';
import { methodsFor, shippingOfferOf } from '../../../src/domain/shipping/state.js';
import { rulesOfPlace } from '../../../src/domain/tax/state.js';
import type { CartChangeAsked } from '../history.js';
import type { ModelLog } from './model-log.js';

export const TAX_RULES = 'tax-rules';
export const SHIPPING_METHODS = 'shipping-methods';

const rulesAt = (log: ModelLog, place: Place, at: number) =>
  rulesOfPlace(log.fold(taxAggregate, TAX_RULES), place, at);

export function addressCommand(
  log: ModelLog,
  { type, country, region }: Extract<CartChangeAsked, { readonly type: 'SetShippingAddress' }>,
  at: number,
): CartCommand {
  const place = { country, region };
  const address = { keyId: 'key of the shopper', sealed: 'sealed' };
  return { type, at, ...place, address, taxRules: rulesAt(log, place, at) };
}

export function methodCommand(log: ModelLog, code: string, at: number): CartCommand {
  const offer = shippingOfferOf(log.fold(shippingAggregate, SHIPPING_METHODS), code);
  return { type: 'ChooseShippingMethod', at, code, offer };
}

/** What a checkout is decided with; nothing for a cart that goes nowhere. */
export function offersTo(log: ModelLog, state: CartState, at: number): Pick<CheckOut, 'delivery'> {
  if (state.status === 'ABSENT' || state.delivery === undefined) return {};
  const { shipTo, method } = state.delivery;
  if (shipTo === null) return {};
  const methods = log.fold(shippingAggregate, SHIPPING_METHODS);
  return {
    delivery: {
      taxRules: rulesAt(log, shipTo, at),
      method: method === null ? null : shippingOfferOf(methods, method.code),
      isShippingOffered: methodsFor(methods, shipTo.country, state.currency).length > 0,
    },
  };
}
