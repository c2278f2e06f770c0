// The result of an import: totals, and the outcome of each line and invoice.
import { decimal, safeAmount } from '../domain/money.js';
import type { HistoricCart } from './historic-cart.js';

/** An invoice that could not be imported completely and was left out. */
export interface LeftOutInvoice {
  readonly invoice: string;
  readonly lines: number;
  readonly reason: string;
}

export interface ImportSummary {
  readonly lines: number;
  readonly imported: number;
  /** Number of skipped lines by reason, including those of `leftOut`. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly leftOut: readonly LeftOutInvoice[];
  readonly carts: number;
  readonly orders: number;
  readonly units: number;
  readonly revenue: {
    /** Null beyond 2^53−1; `decimal` is exact at any size. */
    readonly minorUnits: number | null;
    readonly currency: string;
    readonly decimal: string;
  };
  /**
   * Number of events that this run appended: 0 when all were imported before. Two concurrent runs
   * may both count an event that the store stores once.
   */
  readonly events: number;
  readonly seconds: number;
}

export class ImportTally {
  lines = 0;
  events = 0;
  private imported = 0;
  private carts = 0;
  private units = 0;
  private revenue = 0n;
  private readonly skipped = new Map<string, number>();
  private readonly leftOut: LeftOutInvoice[] = [];

  skip(reason: string, lines = 1): void {
    this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + lines);
  }

  /** @param code the reason under which its lines are counted */
  leaveOut(invoice: string, lines: number, code: string, reason: string): void {
    this.skip(code, lines);
    this.leftOut.push({ invoice, lines, reason });
  }

  count({ state }: HistoricCart, lines: number): void {
    this.imported += lines;
    this.carts += 1;
    for (const { portions } of state.lines) {
      for (const { quantity, unitPrice } of portions) {
        this.units += quantity;
        this.revenue += BigInt(quantity) * BigInt(unitPrice);
      }
    }
  }

  summary(seconds: number): ImportSummary {
    const { lines, imported, carts, units, events, leftOut } = this;
    return {
      lines,
      imported,
      skipped: Object.fromEntries([...this.skipped].sort(([a], [b]) => (a < b ? -1 : 1))),
      leftOut: leftOut.toSorted((a, b) => (a.invoice < b.invoice ? -1 : 1)),
      carts,
      orders: carts,
      units,
      revenue: {
        minorUnits: safeAmount(this.revenue),
        currency: 'GBP',
        decimal: decimal(this.revenue, 'GBP'),
      },
      events,
      seconds: Math.round(seconds * 1000) / 1000,
    };
  }
}
