// The result of an import of orders: totals by currency, and each order that was left out, with its
// rows and the reason.
import { decimal, jsonAmount } from '../../domain/money.js';
import type { ForeignOrder, LeftOutOrder } from './foreign-order.js';

export interface CurrencyTotal {
  readonly currency: string;
  readonly orders: number;
  /** Exact, as digits where they exceed 2^53−1. */
  readonly paid: string;
  /** What customers got back of it. */
  readonly refunded: string;
  readonly paidMinorUnits: ReturnType<typeof jsonAmount>;
}

export interface OrderImportSummary {
  readonly source: string;
  readonly dryRun: boolean;
  /** Rows of the files without their headers, in orders and left out. */
  readonly rows: number;
  readonly orders: number;
  readonly units: number;
  readonly totals: readonly CurrencyTotal[];
  /** Number of orders by code. */
  readonly leftOutByCode: Readonly<Record<string, number>>;
  readonly leftOut: readonly LeftOutOrder[];
  /**
   * Number of events that this run appended, or would append: 0 when all were imported before.
   */
  readonly events: number;
  readonly seconds: number;
}

interface Sums {
  orders: number;
  paid: bigint;
  refunded: bigint;
}

export class OrderImportTally {
  private rows = 0;
  private orders = 0;
  private units = 0;
  private events = 0;
  private readonly sums = new Map<string, Sums>();
  private readonly leftOut: LeftOutOrder[] = [];

  constructor(
    private readonly source: string,
    private readonly isDryRun: boolean,
  ) {}

  leaveOut(order: LeftOutOrder): void {
    this.rows += order.rows.length;
    this.leftOut.push(order);
  }

  count({ currency, lines, total, refunded, rows }: ForeignOrder, events: number): void {
    const sums = this.sums.get(currency) ?? { orders: 0, paid: 0n, refunded: 0n };
    this.sums.set(currency, sums);
    sums.orders += 1;
    sums.paid += BigInt(total);
    sums.refunded += BigInt(refunded);
    this.rows += rows.length;
    this.orders += 1;
    this.events += events;
    for (const { quantity } of lines) this.units += quantity;
  }

  summary(seconds: number): OrderImportSummary {
    const { source, isDryRun, rows, orders, units, events } = this;
    const byCode: Record<string, number> = {};
    for (const { code } of this.leftOut) byCode[code] = (byCode[code] ?? 0) + 1;
    return {
      source,
      dryRun: isDryRun,
      rows,
      orders,
      units,
      totals: [...this.sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(totalOf),
      leftOutByCode: byCode,
      leftOut: this.leftOut.toSorted((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0)),
      events,
      seconds: Math.round(seconds * 1000) / 1000,
    };
  }
}

function totalOf([currency, { orders, paid, refunded }]: readonly [string, Sums]): CurrencyTotal {
  return {
    currency,
    orders,
    paid: decimal(paid, currency),
    refunded: decimal(refunded, currency),
    paidMinorUnits: jsonAmount(paid),
  };
}
