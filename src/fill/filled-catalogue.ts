// The products and coupons of a filled log, and the stock that its orders take.
import { couponCodec } from '../domain/coupon/codec.js';
import { catalogCodec } from '../domain/catalog/codec.js';
import type { CatalogEvent } from '../domain/catalog/events.js';
import { openTerms } from '../domain/cart/coupon-terms.js';
import type { CouponOffer, Offer } from '../domain/cart/commands.js';
import type { CouponTerms } from '../domain/cart/events.js';
import { inventoryCodec } from '../domain/inventory/codec.js';
import type { FilledAppend, FilledStreams } from './filled-streams.js';

/** The first instant of every filled log: the same log comes out in any year. */
export const FILLED_FROM = Date.UTC(2025, 0, 1);

/** One product of so many is tracked for stock. */
const TRACKED_ONE_OF = 24;
/** Enough for every order: no filled order is refused. */
const UNITS = 1_000_000;
const CAUSE = { actor: 'fill' };

const COLOURS = ['RED', 'WHITE', 'BLUE', 'GREEN', 'PINK', 'SILVER', 'IVORY', 'BLACK'];
const STUFFS = ['METAL', 'GLASS', 'WOODEN', 'CERAMIC', 'PAPER', 'FELT', 'COTTON'];
const THINGS = ['LANTERN', 'MUG', 'BOX', 'CLOCK', 'HEART', 'FRAME', 'BAG', 'CANDLE', 'BOWL'];
const TAGS = ['lighting', 'kitchen', 'storage', 'home-decor', 'party'];

const nth = (items: readonly string[], at: number): string => items[at % items.length] ?? '';

export function skuOf(product: number): string {
  return `P${String(product).padStart(7, '0')}`;
}

export function offerOf(product: number): Offer {
  return {
    sku: skuOf(product),
    name: nameOf(product),
    prices: { GBP: penceOf(product) },
    revision: 0,
  };
}

function nameOf(product: number): string {
  const stuff = nth(STUFFS, Math.floor(product / COLOURS.length));
  const thing = nth(THINGS, Math.floor(product / COLOURS.length / STUFFS.length));
  return `${nth(COLOURS, product)} ${stuff} ${thing} No ${product}`;
}

const penceOf = (product: number) => 95 + ((product * 7919) % 4_000);

export function isTracked(product: number): boolean {
  return product % TRACKED_ONE_OF === 5;
}

export function* filledProduct(streams: FilledStreams, product: number): Generator<FilledAppend> {
  const sku = skuOf(product);
  const name = nameOf(product);
  const price = { minorUnits: penceOf(product), currency: 'GBP' };
  const events: readonly CatalogEvent[] = [
    { type: 'ProductListed', data: { sku, name, price } },
    { type: 'ProductDescribed', data: { sku, description: `${name}, of a large shop.` } },
    { type: 'ProductTagged', data: { sku, tags: [nth(TAGS, product)] } },
  ];
  const dated = events.map((event) => ({ event, at: FILLED_FROM }));
  yield streams.whole(`product-${sku}`, catalogCodec, dated, CAUSE);
  if (!isTracked(product)) return;
  const counted = { sku, change: UNITS, reason: 'First count' };
  const event = { type: 'StockAdjusted', data: counted } as const;
  yield* streams.add(`inventory-${sku}`, inventoryCodec, { event, at: FILLED_FROM }, CAUSE);
}

export const codeOf = (coupon: number) => `FILLED${coupon}`;

const TERMS: CouponTerms = {
  ...openTerms,
  discount: { kind: 'PERCENTAGE', basisPoints: 1_000 },
  // A limit that none reaches: only coupons with a limit keep their uses.
  perCustomerLimit: 1_000_000,
};

export function couponOf(coupon: number): CouponOffer {
  return { description: `10 % off, No ${coupon}`, terms: TERMS };
}

export function filledCoupon(streams: FilledStreams, coupon: number): Generator<FilledAppend> {
  const code = codeOf(coupon);
  const event = { type: 'CouponDefined', data: { code, ...couponOf(coupon) } } as const;
  return streams.add(`coupon-${code}`, couponCodec, { event, at: FILLED_FROM }, CAUSE);
}
