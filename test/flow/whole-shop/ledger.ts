// What a shop should have at the end of a day: sums that the test keeps of the answers it got,
// without any of the product's code.
import type { ShownOrder } from './buying.js';

type Fate = 'OPEN' | 'SHIPPED' | 'CANCELLED';

interface Entry {
  readonly total: number;
  readonly units: ReadonlyMap<string, number>;
  fate: Fate;
  /** Of an order that was not cancelled, in minor units. */
  refunded: number;
}

export interface Revenue {
  readonly orders: number;
  readonly units: number;
  /** In minor units. */
  readonly revenue: number;
}

export class Ledger {
  private readonly received = new Map<string, number>();
  private readonly entries = new Map<string, Entry>();
  private readonly uses = new Map<string, number>();

  stock(sku: string, units: number): void {
    this.received.set(sku, (this.received.get(sku) ?? 0) + units);
  }

  /** An order was placed, with coupons that took something off. */
  placed({ id, total, lines }: Pick<ShownOrder, 'id' | 'total' | 'lines'>, ...coupons: string[]) {
    const units = new Map(lines.map(({ sku, quantity }) => [sku, quantity]));
    this.entries.set(id, { total: total.minorUnits, units, fate: 'OPEN', refunded: 0 });
    for (const code of coupons) this.uses.set(code, this.usesOf(code) + 1);
  }

  shipped(orderId: string): void {
    this.entry(orderId).fate = 'SHIPPED';
  }

  cancelled(orderId: string, ...coupons: string[]): void {
    this.entry(orderId).fate = 'CANCELLED';
    for (const code of coupons) this.uses.set(code, this.usesOf(code) - 1);
  }

  refunded(orderId: string, minorUnits: number): void {
    this.entry(orderId).refunded += minorUnits;
  }

  get orderIds(): readonly string[] {
    return [...this.entries.keys()].sort();
  }

  fateOf(orderId: string): Fate {
    return this.entry(orderId).fate;
  }

  usesOf(code: string): number {
    return this.uses.get(code) ?? 0;
  }

  /** Undefined for a product of which no units were counted. */
  stockOf(sku: string) {
    const received = this.received.get(sku);
    if (received === undefined) return undefined;
    const onHand = received - this.unitsOf(sku, 'SHIPPED');
    const reserved = this.unitsOf(sku, 'OPEN');
    return { sku, onHand, reserved, available: onHand - reserved };
  }

  /** Orders that were not cancelled, and their units of the product. */
  soldOf(sku: string) {
    const units = this.kept.flatMap((entry) => entry.units.get(sku) ?? []);
    return { orders: units.length, units: units.reduce(add, 0) };
  }

  revenue(): Revenue {
    const { kept } = this;
    return {
      orders: kept.length,
      units: kept.reduce((sum, { units }) => sum + [...units.values()].reduce(add, 0), 0),
      revenue: kept.reduce((sum, { total, refunded }) => sum + total - refunded, 0),
    };
  }

  private get kept(): readonly Entry[] {
    return [...this.entries.values()].filter(({ fate }) => fate !== 'CANCELLED');
  }

  private unitsOf(sku: string, wanted: Fate): number {
    const entries = [...this.entries.values()].filter(({ fate }) => fate === wanted);
    return entries.reduce((sum, { units }) => sum + (units.get(sku) ?? 0), 0);
  }

  private entry(orderId: string): Entry {
    const found = this.entries.get(orderId);
    if (found === undefined) throw new Error(`The ledger has no order ${orderId}`);
    return found;
  }
}

function add(sum: number, more: number): number {
  return sum + more;
}
