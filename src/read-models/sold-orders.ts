// What products and coupons sold, summed over orders. An order that was cancelled sold nothing.
import { spread } from '../domain/money.js';

/** Its article number, its name, its units, and its total in minor units. */
export type SoldLine = readonly [sku: string, name: string, quantity: number, total: number];

export interface SoldOrder {
  readonly order_id: string;
  /** In milliseconds since 1970. */
  readonly placed_at: number;
  /** 1 once its payment arrived. */
  readonly paid: number;
  readonly cancelled: number;
  readonly discount: number;
  /** When it was placed, in minor units. */
  readonly total: number;
  /** The total less what was cancelled, refunded and corrected since; in minor units. */
  readonly revenue: number;
  readonly lines: readonly SoldLine[];
  readonly coupons: readonly string[];
}

export interface ProductTotal {
  readonly sku: string;
  /** As the latest order has it. */
  readonly name: string;
  /** The number of orders that have it. */
  readonly orders: number;
  readonly units: number;
  /** In minor units; exact at any size. */
  readonly revenue: bigint;
}

export interface CouponTotal {
  readonly code: string;
  readonly orders: number;
  /** Orders among them on which another coupon was too. */
  readonly sharedOrders: number;
  /** Orders with the coupon that were cancelled. They count nowhere else. */
  readonly cancelledOrders: number;
  /** The whole discount of the orders, in minor units: also what other coupons gave. */
  readonly discount: bigint;
  readonly revenue: bigint;
}

export type ProductRanking = 'REVENUE' | 'UNITS';

/**
 * What each line still earns: refunds and corrections are spread over the lines by their totals, to
 * the minor unit. What an order costs besides its lines, such as shipping, bears its own part.
 */
export function revenueOfLines({
  lines,
  total,
  revenue,
}: Pick<SoldOrder, 'lines' | 'total' | 'revenue'>): readonly number[] {
  const totals = lines.map(([, , , lineTotal]) => lineTotal);
  if (revenue === total) return totals;
  const besides = Math.max(0, total - totals.reduce((sum, one) => sum + one, 0));
  const weights = [...totals, besides];
  if (weights.every((weight) => weight === 0)) return totals;
  const parts = spread(Math.abs(revenue), weights).slice(0, -1);
  return revenue < 0 ? parts.map((part) => -part) : parts;
}

/** Sums orders in the order of their placement. */
export class ProductTotals {
  private readonly products = new Map<string, ProductTotal>();

  add(order: SoldOrder): void {
    if (order.cancelled === 1) return;
    const revenues = revenueOfLines(order);
    const counted = new Set<string>();
    order.lines.forEach(([sku, name, quantity], index) => {
      const so = this.products.get(sku);
      this.products.set(sku, {
        sku,
        name,
        orders: (so?.orders ?? 0) + (counted.has(sku) ? 0 : 1),
        units: (so?.units ?? 0) + quantity,
        revenue: (so?.revenue ?? 0n) + BigInt(revenues[index] ?? 0),
      });
      counted.add(sku);
    });
  }

  /** The best first; equal ones in the order of their SKUs. */
  best(by: ProductRanking): readonly ProductTotal[] {
    const weight = (one: ProductTotal) => (by === 'UNITS' ? BigInt(one.units) : one.revenue);
    return [...this.products.values()].sort(
      (a, b) => descending(weight(a), weight(b)) || (a.sku < b.sku ? -1 : 1),
    );
  }
}

export class CouponTotals {
  private readonly coupons = new Map<string, CouponTotal>();

  add({ coupons, cancelled, discount, revenue }: SoldOrder): void {
    for (const code of coupons) {
      const so = this.coupons.get(code) ?? unused(code);
      this.coupons.set(
        code,
        cancelled === 1
          ? { ...so, cancelledOrders: so.cancelledOrders + 1 }
          : {
              ...so,
              orders: so.orders + 1,
              sharedOrders: so.sharedOrders + (coupons.length > 1 ? 1 : 0),
              discount: so.discount + BigInt(discount),
              revenue: so.revenue + BigInt(revenue),
            },
      );
    }
  }

  /** Those of the most orders first; equal ones in the order of their codes. */
  all(): readonly CouponTotal[] {
    return [...this.coupons.values()].sort(
      (a, b) => b.orders - a.orders || (a.code < b.code ? -1 : 1),
    );
  }
}

function unused(code: string): CouponTotal {
  return { code, orders: 0, sharedOrders: 0, cancelledOrders: 0, discount: 0n, revenue: 0n };
}

function descending(a: bigint, b: bigint): number {
  return a === b ? 0 : a > b ? -1 : 1;
}
