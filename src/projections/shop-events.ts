// Decodes a stored event for the projections, by its stream's category.
import { accessCodec } from '../domain/access/codec.js';
import { cartCodec } from '../domain/cart/codec.js';
import { catalogCodec } from '../domain/catalog/codec.js';
import type { Codec } from '../domain/codec.js';
import { couponCodec } from '../domain/coupon/codec.js';
import { inventoryCodec } from '../domain/inventory/codec.js';
import { orderCodec } from '../domain/order/codec.js';
import { type Reading, reading } from '../event-store/recorded.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { projectedBy } from './projected-event.js';
import type { ProjectedEvent, ShopEvent } from './projection.js';

const codecs: Readonly<Record<string, Codec<ShopEvent>>> = {
  cart: cartCodec,
  order: orderCodec,
  product: catalogCodec,
  coupon: couponCodec,
  inventory: inventoryCodec,
  access: accessCodec,
};

/** Prefixes of the streams that are projected. */
export const projectedPrefixes = Object.keys(codecs).map((category) => `${category}-`);

/** Whether projections read the stream; `readShopEvent` accepts more streams. */
export function isProjected(stream: string): boolean {
  return projectedPrefixes.some((prefix) => stream.startsWith(prefix));
}

/**
 * Prefixes of all streams with a hash chain: the projected ones, the shop's tax rules and shipping
 * methods, and mended chains.
 */
export const chainedPrefixes = [
  ...projectedPrefixes,
  ...['tax-', 'shipping-', 'webhook-', 'audit-'],
];

/** Never throws. */
export function readShopEvent(stored: StoredEvent): Reading<ProjectedEvent> {
  const category = stored.stream.slice(0, stored.stream.indexOf('-'));
  const codec = Object.hasOwn(codecs, category) ? codecs[category] : undefined;
  if (codec === undefined) return { kind: 'unknown type' };
  return reading(stored, () => projectedBy(codec, stored));
}
