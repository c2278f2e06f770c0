// How an impact report is stored for reading page by page: a head with all sums, and its carts.
import { z } from 'zod';
import type { StoredReport } from '../../read-models/impact-reports.js';
import {
  type ImpactReport,
  type ReportedCart,
  reportedCartSchema,
  reportHeadSchema,
} from './impact-report.js';

/** Stored format: change only by adding optional fields. */
const headSchema = reportHeadSchema.extend({
  /** The products' names, by SKU. */
  names: z.record(z.string(), z.string()),
  /** Number of affected carts that are orders. */
  orders: z.int(),
});

export type ReportHead = z.infer<typeof headSchema>;

export function storedReportOf(report: ImpactReport): {
  readonly head: StoredReport;
  readonly carts: readonly string[];
} {
  const { id, carts, ...content } = report;
  const names = Object.fromEntries(
    carts.flatMap(({ lines }) => lines.map(({ sku, name }) => [sku, name])),
  );
  const orders = carts.filter(({ order }) => order !== null).length;
  const head: ReportHead = { ...content, names, orders };
  return {
    head: {
      id,
      createdAt: Date.parse(report.createdAt),
      carts: carts.length,
      head: JSON.stringify(head),
    },
    carts: carts.map((cart) => JSON.stringify(cart)),
  };
}

export function reportHeadOf(text: string): ReportHead {
  return headSchema.parse(JSON.parse(text));
}

export function reportedCartOf(text: string): ReportedCart {
  return reportedCartSchema.parse(JSON.parse(text));
}
