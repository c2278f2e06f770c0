// The aggregates of the shop: each decider with how its events are stored.
import { cartCodec } from '../domain/cart/codec.js';
import { type CartDecider, cartDecider, createCartDecider } from '../domain/cart/decide.js';
import type { CartLimits } from '../domain/cart/limits.js';
import { catalogCodec } from '../domain/catalog/codec.js';
import { catalogDecider } from '../domain/catalog/decide.js';
import { couponCodec } from '../domain/coupon/codec.js';
import { couponDecider } from '../domain/coupon/decide.js';
import { orderCodec } from '../domain/order/codec.js';
import { orderDecider } from '../domain/order/decide.js';

export const cartAggregate = { decider: cartDecider satisfies CartDecider, codec: cartCodec };

/** Carts of a shop with limits of its own. */
export function cartAggregateWithin(limits: CartLimits): typeof cartAggregate {
  return { decider: createCartDecider(limits), codec: cartCodec };
}

export const orderAggregate = { decider: orderDecider, codec: orderCodec };
export const productAggregate = { decider: catalogDecider, codec: catalogCodec };
export const couponAggregate = { decider: couponDecider, codec: couponCodec };

/** The streams of these categories are the whole of the shop's log. */
export const shopPrefixes = ['cart-', 'order-', 'product-', 'coupon-'] as const;
