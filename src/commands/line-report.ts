// Says line by line what became of several lines that were asked for. The event of the command
// stores it, so a repeated command gets the same report.
import type { CartEvent, RefusedLine } from '../domain/cart/events.js';
import type { LinesRefused } from '../domain/cart/rejections.js';
import { type Rejection, type RejectionCode, rejectionCodes } from '../domain/rejection.js';

export interface LineReport {
  readonly sku: string;
  readonly quantity: number;
  /** Null when the line was added. */
  readonly refusal: Rejection | null;
}

/** In the order of the request; empty for an event that does not add several lines. */
export function lineReportOf(event: CartEvent): readonly LineReport[] {
  if (event.type !== 'ItemsAdded' && event.type !== 'CartForked') return [];
  const { lines, refused } = event.data;
  const report = lines.map(({ sku, quantity }): LineReport => ({ sku, quantity, refusal: null }));
  for (const { index, sku, quantity, refusal } of [...refused].sort(byIndex)) {
    report.splice(index, 0, { sku, quantity, refusal: storedRejection(refusal) });
  }
  return report;
}

/** The lines because of which a command was refused. */
export function refusedLinesOf(rejection: Rejection): readonly LineReport[] {
  if (!isLinesRefused(rejection)) return [];
  return rejection.refusedLines.map(({ sku, quantity, refusal }) => ({ sku, quantity, refusal }));
}

/** An event stores the code alone; one by another program may store any text. */
export function storedRejection(code: string): Rejection {
  if (!isRejectionCode(code)) return { code: 'NOT_FOUND', message: `Refused: ${code}` };
  return { code, message: rejectionCodes[code] };
}

function byIndex(one: RefusedLine, other: RefusedLine): number {
  return one.index - other.index;
}

function isLinesRefused(rejection: Rejection): rejection is LinesRefused {
  return 'refusedLines' in rejection;
}

function isRejectionCode(code: string): code is RejectionCode {
  return Object.hasOwn(rejectionCodes, code);
}
