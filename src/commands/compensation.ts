// Compensates the orders of an impact report: each gets an event that states the refund, or that
// the difference is forgiven. Repeating it appends nothing.
import { orderDecider } from '../domain/order/decide.js';
import { type Correction, refundOf } from '../domain/order/state.js';
import type { Rejection } from '../domain/rejection.js';
import { inParallel } from './in-parallel.js';
import type { OrderCommands, CorrectionRequest } from './order-commands.js';
import { conflict } from './rejections.js';

export interface Compensation extends CorrectionRequest {
  readonly currency: string;
}

export type CompensationOutcome =
  'corrected' | 'corrected before' | 'would be corrected' | 'refused';

export interface CompensatedOrder {
  readonly orderId: string;
  readonly currency: string;
  /** The corrected total minus the previous one, in minor units. */
  readonly difference: number;
  /** Of the difference, in minor units: a part that was forgiven before is not owed. */
  readonly owed: number;
  readonly outcome: CompensationOutcome;
  /** Reason of the rejection: a code and a sentence. */
  readonly problem?: string;
}

/** Amounts in minor units. */
export interface CompensationSum {
  readonly outcome: CompensationOutcome;
  readonly currency: string;
  readonly orders: number;
  readonly owedToCustomers: bigint;
  readonly forgiven: bigint;
}

const IN_FLIGHT = 32;

interface CompensationOptions {
  /** A dry run appends nothing. */
  readonly isDryRun: boolean;
  /** Called with each order as it is done: what is known when a fault ends the rest. */
  readonly onDone?: (order: CompensatedOrder) => void;
}

/** A rejected order does not stop the others. */
export async function compensate(
  orders: Pick<OrderCommands, 'correctTotal' | 'state'>,
  compensations: readonly Compensation[],
  { isDryRun, onDone }: CompensationOptions,
): Promise<readonly CompensatedOrder[]> {
  const compensated: CompensatedOrder[] = [];
  await inParallel(compensations, IN_FLIGHT, async (one) => {
    const { orderId, currency, previousTotal, correctedTotal } = one;
    const difference = correctedTotal - previousTotal;
    const result = await (isDryRun ? foresee : correct)(orders, one);
    const owed = Math.max(0, -difference);
    const done = { orderId, currency, difference, owed, ...result };
    compensated.push(done);
    onDone?.(done);
  });
  return compensated;
}

type CompensationResult = Pick<CompensatedOrder, 'outcome' | 'problem'> & {
  readonly owed?: number;
};

type Settled = Pick<Correction, 'reportId' | 'previousTotal' | 'correctedTotal' | 'settlement'>;

async function correct(
  orders: Pick<OrderCommands, 'correctTotal'>,
  { currency: _, ...correction }: Compensation,
): Promise<CompensationResult> {
  const actor = { kind: 'operator', subject: correction.operator } as const;
  const outcome = await orders.correctTotal(correction, actor);
  if (!outcome.accepted) return refused(outcome.rejection);
  const owed = owedBy(outcome.state.corrections, correction.reportId);
  return { outcome: outcome.replayed ? 'corrected before' : 'corrected', owed };
}

/** What the corrections of a report owe to the customer, in minor units. */
function owedBy(corrections: readonly Settled[], reportId: string): number {
  return corrections
    .filter((one) => one.reportId === reportId)
    .reduce((sum, one) => sum - refundOf(one), 0);
}

/** The outcome that `correct` would have. */
async function foresee(
  orders: Pick<OrderCommands, 'state'>,
  { orderId, revision, currency: _, ...correction }: Compensation,
): Promise<CompensationResult> {
  const state = await orders.state(orderId);
  const { reportId } = correction;
  if (state.corrections.some((one) => one.reportId === reportId)) {
    return { outcome: 'corrected before', owed: owedBy(state.corrections, reportId) };
  }
  if (state.revision !== revision) return refused(conflict(orderDecider.category, state.revision));
  const command = { type: 'CorrectOrderTotal', at: state.updatedAt, ...correction } as const;
  const decision = orderDecider.decide(command, state);
  if ('rejected' in decision) return refused(decision.rejected);
  const corrections = decision.accepted.flatMap((event) =>
    event.type === 'OrderTotalCorrected' ? [event.data] : [],
  );
  return { outcome: 'would be corrected', owed: owedBy(corrections, reportId) };
}

function refused({ code, message }: Rejection): CompensationResult {
  return { outcome: 'refused', problem: `${code}: ${message}` };
}

/** Sums by outcome and currency. */
export function sumsOf(compensated: readonly CompensatedOrder[]): readonly CompensationSum[] {
  const sums = new Map<string, CompensationSum>();
  for (const { outcome, currency, difference, owed } of compensated) {
    const key = `${outcome}/${currency}`;
    const so = sums.get(key) ?? { outcome, currency, orders: 0, owedToCustomers: 0n, forgiven: 0n };
    sums.set(key, {
      ...so,
      orders: so.orders + 1,
      owedToCustomers: so.owedToCustomers + BigInt(owed),
      forgiven: so.forgiven + BigInt(Math.max(0, difference)),
    });
  }
  return [...sums.values()];
}
