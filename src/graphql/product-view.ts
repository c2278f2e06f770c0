// Converts a product's or a coupon's folded state to the API's types.
import { defaultCartLimits } from '../domain/cart/limits.js';
import type { ProductState } from '../domain/catalog/state.js';
import type { CouponState } from '../domain/coupon/state.js';
import { money } from './types/money.js';
import type { Coupon, Product } from './types/product-types.js';

/** The shop keeps no stock: a product on sale is available up to the cart's line limit. */
export function shownProduct({ sku, name, currency, prices, listed }: ProductState): Product {
  return {
    id: sku ?? '',
    sku: sku ?? '',
    name,
    description: null,
    price: money(prices[currency] ?? 0, currency),
    available: listed ? defaultCartLimits.maxUnitsPerLine : 0,
    tags: [],
  };
}

export function shownCoupon({ code, description, available }: CouponState): Coupon {
  const name = code ?? '';
  return { id: name, code: name, description, withdrawn: !available };
}
