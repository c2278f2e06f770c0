// The shop's aggregates: each decider with its codec and fold hash.
import { cartCodec } from '../domain/cart/codec.js';
import { type CartDecider, cartDecider, createCartDecider } from '../domain/cart/decide.js';
import type { CartLimits } from '../domain/cart/limits.js';
import { catalogCodec } from '../domain/catalog/codec.js';
import { catalogDecider } from '../domain/catalog/decide.js';
import { couponCodec } from '../domain/coupon/codec.js';
import { couponDecider } from '../domain/coupon/decide.js';
import { inventoryCodec } from '../domain/inventory/codec.js';
import { inventoryDecider } from '../domain/inventory/decide.js';
import { orderCodec } from '../domain/order/codec.js';
import { orderDecider } from '../domain/order/decide.js';
import { personCodec } from '../domain/person/codec.js';
import { personDecider } from '../domain/person/decide.js';
import { shippingCodec } from '../domain/shipping/codec.js';
import { shippingDecider } from '../domain/shipping/decide.js';
import { taxCodec } from '../domain/tax/codec.js';
import { taxDecider } from '../domain/tax/decide.js';
import { webhookCodec } from '../domain/webhook/codec.js';
import { webhookDecider } from '../domain/webhook/decide.js';
import { foldHashes } from '../folds/fold-hashes.js';

export const cartAggregate = {
  decider: cartDecider satisfies CartDecider,
  codec: cartCodec,
  foldHash: foldHashes.cart,
};

/** The cart aggregate with a shop's own limits. */
export function cartAggregateWithin(limits: CartLimits): typeof cartAggregate {
  return { ...cartAggregate, decider: createCartDecider(limits) };
}

export const orderAggregate = {
  decider: orderDecider,
  codec: orderCodec,
  foldHash: foldHashes.order,
};
export const productAggregate = {
  decider: catalogDecider,
  codec: catalogCodec,
  foldHash: foldHashes.product,
};
export const couponAggregate = {
  decider: couponDecider,
  codec: couponCodec,
  foldHash: foldHashes.coupon,
};
export const inventoryAggregate = {
  decider: inventoryDecider,
  codec: inventoryCodec,
  foldHash: foldHashes.inventory,
};
export const personAggregate = {
  decider: personDecider,
  codec: personCodec,
  foldHash: foldHashes.person,
};

export const taxAggregate = {
  decider: taxDecider,
  codec: taxCodec,
  foldHash: foldHashes.tax,
};

export const shippingAggregate = {
  decider: shippingDecider,
  codec: shippingCodec,
  foldHash: foldHashes.shipping,
};

export const webhookAggregate = {
  decider: webhookDecider,
  codec: webhookCodec,
  foldHash: foldHashes.webhook,
};

/** All streams of the shop belong to these categories. */
export const shopPrefixes = [
  'cart-',
  'order-',
  'product-',
  'coupon-',
  'inventory-',
  'person-',
  'tax-',
  'shipping-',
  'webhook-',
] as const;
