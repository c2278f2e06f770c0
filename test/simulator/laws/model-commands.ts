// The commands of a cart in a shop without faults, with what its service knows of offers and terms.
import { couponAggregate, productAggregate } from '../../../src/commands/aggregates.js';
import { cartIdOf, orderIdOf } from '../../../src/commands/command-id.js';
import type { CartCommand } from '../../../src/domain/cart/commands.js';
import { standardPricing } from '../../../src/domain/cart/pricing.js';
import type { CartState } from '../../../src/domain/cart/state.js';
import { offerOf } from '../../../src/domain/catalog/state.js';
import { normalizedCode } from '../../../src/domain/coupon/decide.js';
import { couponOfferOf } from '../../../src/domain/coupon/state.js';
import type { ChangeCart } from '../history.js';
import { addressCommand, methodCommand, offersTo } from './model-delivery.js';
import type { ModelLog } from './model-log.js';

export function commandOf(
  log: ModelLog,
  { change, customerId, commandId = '', ...intent }: ChangeCart,
  state: CartState,
  at: number,
): CartCommand {
  const cartId = intent.cartId ?? cartIdOf(commandId);
  switch (change.type) {
    case 'OpenCart':
      return { ...change, at, cartId, customerId: customerId ?? null, tokenHash: 'a'.repeat(64) };
    case 'AddItem':
    case 'ChangeQuantity': {
      const offer = offerOf(log.fold(productAggregate, `product-${change.sku}`), at);
      return { ...change, at, offer };
    }
    case 'AddItems': {
      const lines = change.lines.map((line) => {
        const product = log.fold(productAggregate, `product-${line.sku}`);
        return { ...line, offer: offerOf(product, at) };
      });
      return { type: change.type, at, lines, partially: false };
    }
    case 'ApplyCoupon': {
      const code = normalizedCode(change.code);
      const coupon = couponOfferOf(log.fold(couponAggregate, `coupon-${code}`));
      return { type: change.type, at, code, coupon };
    }
    case 'SetShippingAddress':
      return addressCommand(log, change, at);
    case 'ChooseShippingMethod':
      return methodCommand(log, change.code, at);
    case 'CheckOut': {
      const { type, expectedTotal } = change;
      const orderId = orderIdOf(cartId);
      const rules = standardPricing.current;
      const going = offersTo(log, state, at);
      const asked = { type, at, expectedTotal, orderId, rules, ...going };
      if (change.paymentToken === undefined) return { ...asked, contact: null };
      const contact = { keyId: keyIdOf(log, change.email), sealed: 'sealed' };
      return { ...asked, contact, payment: { kind: 'GATEWAY', intentId: `of ${orderId}` } };
    }
    case 'RemoveItem':
    case 'RemoveCoupon':
      return { ...change, at };
  }
}

/** Of the key that a person has now: each erasure destroys one. */
export function keyIdOf({ events }: Pick<ModelLog, 'events'>, email: string): string {
  const [name] = email.split('@');
  const erased = events.filter(({ stream }) => stream.startsWith(`person-${name} `)).length;
  return `${name} ${erased + 1}`;
}

/** Of whom a key is. */
export function emailOf(keyId: string): string {
  return `${keyId.split(' ')[0]}@example.com`;
}
