// Lists the orders whose totals an impact report corrects.
import type { ImpactReport } from './impact-report.js';

/** Amounts in minor units. */
export interface ReportedCorrection {
  readonly reportId: string;
  readonly orderId: string;
  /** Revision of the order's stream when the report was made. */
  readonly revision: number;
  readonly currency: string;
  readonly previousTotal: number;
  readonly correctedTotal: number;
}

/** Open carts are left out: they show the corrected price once the new carts are live. */
export function correctionsOf({ id: reportId, carts }: ImpactReport): ReportedCorrection[] {
  return carts.flatMap(({ order, before, after, difference, currency }) => {
    if (order === null || order.revision === null || difference === 0) return [];
    const { id: orderId, revision } = order;
    return [
      { reportId, orderId, revision, currency, previousTotal: before, correctedTotal: after },
    ];
  });
}

/** The default reason that each order shows. */
export function reasonOf({ id, before, after }: ImpactReport): string {
  return `Priced by version ${before.version}, corrected by version ${after.version} (report ${id.slice(0, 12)})`;
}
