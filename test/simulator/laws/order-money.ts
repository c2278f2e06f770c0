// What an order's events say of money, and what the bank says. Both laws are judged only where the
// bank is seen.
import type { StoredEvent } from '../../../src/event-store/stored-event.js';
import type { ChargeDeed, RefundDeed } from '../outside/deeds.js';
import type { Law, World } from './law.js';
import { ORDER } from './log-model.js';

interface Amounts {
  readonly amount?: number;
  readonly total?: number;
  readonly refundId?: string;
}

export const chargedOnce: Law = {
  name: 'charged once',
  promise: 'An order is charged at most once, at its total, and its events say only what happened.',
  watch(world, report) {
    const charges = new Map<string, ChargeDeed>();
    return {
      did(deed) {
        if (deed.kind !== 'charged') return;
        if (charges.has(deed.key)) report(`${deed.key} was charged twice`);
        charges.set(deed.key, deed);
        const problem = chargeProblem(world, deed);
        if (problem !== undefined) report(`${deed.key} was charged ${deed.amount}, ${problem}`);
      },
      stored(event) {
        if (world.setting.isOutsideSeen !== true || world.foreign.has(event.id)) return;
        const charge = charges.get(event.stream.slice(ORDER.length));
        const problem = paymentProblem(event, charge);
        if (problem !== undefined) report(`${event.stream}@${event.revision}: ${problem}`);
      },
    };
  },
};

function chargeProblem({ log }: World, { key, amount }: ChargeDeed): string | undefined {
  const events = log.orderEvents(key);
  const placed = events.find(({ type }) => type === 'OrderPlaced');
  if (placed === undefined) return 'without an order';
  if (events.some(({ type }) => type === 'PaymentDeclined')) return 'after it was declined';
  const { total } = placed.data as Amounts;
  return amount === total ? undefined : `and the order comes to ${total}`;
}

function paymentProblem(
  { type, data }: StoredEvent,
  charge: ChargeDeed | undefined,
): string | undefined {
  if (type === 'PaymentDeclined') {
    return charge === undefined ? undefined : 'declined, although the bank has charged it';
  }
  const { amount = 0 } = data as Amounts;
  if (type !== 'PaymentReceived' || amount === 0) return undefined;
  if (charge === undefined) return 'paid, before the bank has charged it';
  return charge.amount === amount ? undefined : `paid ${amount}, and ${charge.amount} was charged`;
}

export const refundedOnce: Law = {
  name: 'refunded once',
  promise: 'A refund that was requested is paid at most once, and never more than was charged.',
  watch({ log, setting, foreign }, report) {
    const charged = new Map<string, number>();
    const refunds = new Map<string, RefundDeed>();
    const paidBack = new Map<string, number>();
    const recorded = new Set<string>();
    return {
      did(deed) {
        if (deed.kind === 'charged') charged.set(deed.key, deed.amount);
        if (deed.kind !== 'refunded') return;
        const { key, chargeKey, amount } = deed;
        const sum = (paidBack.get(chargeKey) ?? 0) + amount;
        paidBack.set(chargeKey, sum);
        refunds.set(key, deed);
        const isAsked = log.orderEvents(chargeKey).some(({ type, data }) => {
          const asked = data as Amounts;
          return type === 'RefundRequested' && asked.refundId === key && asked.amount === amount;
        });
        if (!isAsked) report(`${amount} of ${chargeKey} were paid back, which nobody requested`);
        if (sum > (charged.get(chargeKey) ?? 0)) report(`${sum} of ${chargeKey} were paid back`);
      },
      stored({ id, type, stream, data }) {
        if (setting.isOutsideSeen !== true || foreign.has(id) || type !== 'OrderRefunded') return;
        const { refundId = '', amount } = data as Amounts;
        if (recorded.has(refundId)) report(`${stream} says twice that ${refundId} was refunded`);
        recorded.add(refundId);
        if (refunds.get(refundId)?.amount !== amount) {
          report(`${stream} says that ${amount} were refunded, before the bank has done so`);
        }
      },
    };
  },
};
