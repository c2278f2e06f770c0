// What an impact report asks for: the orders whose totals have to be corrected.
import type { ImpactReport } from './impact-report.js';

/** Amounts in minor units. */
export interface ReportedCorrection {
  readonly reportId: string;
  readonly orderId: string;
  /** Of the order's stream when the report was made. */
  readonly revision: number;
  readonly currency: string;
  readonly previousTotal: number;
  readonly correctedTotal: number;
}

/** Open carts are left out: they show the corrected price as soon as the new carts are live. */
export function correctionsOf({ id: reportId, carts }: ImpactReport): ReportedCorrection[] {
  return carts.flatMap(({ order, before, after, difference, currency }) => {
    if (order === null || order.revision === null || difference === 0) return [];
    const { id: orderId, revision } = order;
    return [
      { reportId, orderId, revision, currency, previousTotal: before, correctedTotal: after },
    ];
  });
}

/** The reason that each order shows, where the operator gives none. */
export function reasonOf({ id, before, after }: ImpactReport): string {
  return `Priced by version ${before.version}, right by version ${after.version} (report ${id.slice(0, 12)})`;
}
