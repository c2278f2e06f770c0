// From a stored event to one that projections know, by the category of its stream.
import { cartCodec } from '../domain/cart/codec.js';
import { catalogCodec } from '../domain/catalog/codec.js';
import { type Codec, UnknownEventError } from '../domain/codec.js';
import { couponCodec } from '../domain/coupon/codec.js';
import { orderCodec } from '../domain/order/codec.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { projectedBy } from './projected-event.js';
import type { ProjectedEvent, ShopEvent } from './projection.js';

const codecs: Readonly<Record<string, Codec<ShopEvent>>> = {
  cart: cartCodec,
  order: orderCodec,
  product: catalogCodec,
  coupon: couponCodec,
};

/** The categories whose streams are projected, as prefixes of their names. */
export const projectedPrefixes = Object.keys(codecs).map((category) => `${category}-`);

/** Every stream that is a hash chain: those, and the record of who of the staff looked at a cart. */
export const chainedPrefixes = [...projectedPrefixes, 'access-'];

/** @throws UnknownEventError, MalformedEventError */
export function projectedEvent(stored: StoredEvent): ProjectedEvent {
  const { stream, type } = stored;
  const codec = codecs[stream.slice(0, stream.indexOf('-'))];
  if (codec === undefined) throw new UnknownEventError(type);
  return projectedBy(codec, stored);
}
