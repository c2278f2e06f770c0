// Carries out the steps of order fulfilment as a reaction. Every instance does: holds and commands
// change nothing when they are repeated, and the gateway answers a repeated key with the first
// outcome. What fails is tried again with growing pauses until it has an outcome.
import { orderAggregate } from '../commands/aggregates.js';
import { cancellationRefundOf, type FulfilmentCommands } from '../commands/fulfilment-commands.js';
import type { OrderHold } from '../commands/order-holds.js';
import { assertNever } from '../domain/assert-never.js';
import { type OrderState, refundOf } from '../domain/order/state.js';
import { StoreUnavailableError } from '../event-store/errors.js';
import { isAway } from '../errors/catalogue.js';
import { recorded } from '../event-store/recorded.js';
import {
  type ChargeOutcome,
  GatewayUnavailableError,
  type PaymentGateway,
} from '../gateways/payment.js';
import { GuardedGateway } from '../gateways/guarded-gateway.js';
import { retrying } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';
import { type FulfilmentStep, reactToOrder } from './order-fulfilment.js';
import { Postponed, type Reaction } from './reaction.js';

const PREFIX = 'order-';
const NAME = 'order-fulfilment';
const TYPES = [
  'OrderPlaced',
  'InventoryReserved',
  'PaymentReceived',
  'PaymentDeclined',
  'OrderShipped',
  'OrderCancelled',
  'RefundRequested',
] as const;
/** Orders that one instance handles at once: a slow answer delays few others. */
const WIDTH = 8;

const ANSWER_MS = 5_000;
const ASKS = 2;
const PAUSE_MS = { least: 100, most: 500 };
const STORE_PAUSE_MS = { least: 250, most: 250 };
const PARKED_PAUSE_MS = { least: 1_000, most: 60_000 };
/**
 * How long a payment token may be missing here: the instance that has it may be charging, or may
 * be restarting. After that the order is cancelled.
 */
const TOKEN_PATIENCE_MS = 15 * 60_000;

export interface FulfilmentPorts {
  readonly orders: Pick<FulfilmentCommands, 'freshState' | 'run'>;
  readonly holds: readonly OrderHold[];
  readonly gateway: PaymentGateway;
  readonly tokens: {
    find(intentId: string): Promise<string | undefined>;
    forget(intentId: string): Promise<void>;
  };
  readonly time: Time;
  /** How long the gateway may take for an answer, in milliseconds. */
  readonly answerMs?: number;
}

/** The gateway charged something else than it was asked to. An operator has to find out why. */
class WrongChargeError extends Error {
  override readonly name = 'WrongChargeError';
}

export function orderFulfilmentReaction(given: FulfilmentPorts): Reaction {
  const ports = { ...given, gateway: new GuardedGateway(given.gateway) };
  return {
    name: NAME,
    types: TYPES,
    prefix: PREFIX,
    width: WIDTH,
    retryParkedMs: PARKED_PAUSE_MS,
    act: async (stored, signal) => {
      const event = recorded(orderAggregate.codec, stored);
      if (event === undefined) return;
      const act = async () => {
        const order = await ports.orders.freshState(stored.stream.slice(PREFIX.length));
        for (const step of reactToOrder(order, event)) {
          await new StepRunner(ports, order, stored.id, signal).carryOut(step);
        }
      };
      try {
        await retrying(act, {
          retryIf: (error) => error instanceof StoreUnavailableError,
          pauseMs: STORE_PAUSE_MS,
          time: ports.time,
          signal,
        });
      } catch (error) {
        throw mayPass(error) ? postponedBy(error, signal) : error;
      }
    },
  };
}

/** The gateway, or the database of the payment tokens, does not answer. */
function mayPass(error: unknown): error is Error {
  return error instanceof GatewayUnavailableError || isAway(error);
}

/** After a stop the event is neither processed nor parked: the next start handles it. */
function postponedBy(cause: Error, signal: AbortSignal): unknown {
  return signal.aborted ? signal.reason : new Postponed(cause.message, { cause });
}

/** Carries out the steps that one event of an order leads to. */
class StepRunner {
  private readonly orderId: string;

  constructor(
    private readonly ports: FulfilmentPorts,
    private readonly order: OrderState,
    private readonly eventId: string,
    private readonly signal: AbortSignal,
  ) {
    this.orderId = order.id ?? '';
  }

  async carryOut(step: FulfilmentStep): Promise<void> {
    switch (step.type) {
      case 'ConfirmHolds':
        return this.confirmHolds();
      case 'Charge':
        return this.charge(step.intentId);
      case 'SettlePayment':
        return this.record(await this.ask((signal) => this.gateway.cancel(this.orderId, signal)));
      case 'ForgetToken':
        return this.ports.tokens.forget(step.intentId);
      case 'GiveBack':
        return this.giveBack();
      case 'ShipHolds':
        for (const hold of this.ports.holds) await hold.ship?.(this.order);
        return;
      case 'PayRefund':
        return this.payRefund(step.refundId, step.amount);
      default:
        return assertNever(step);
    }
  }

  private get gateway(): PaymentGateway {
    return this.ports.gateway;
  }

  private async confirmHolds(): Promise<void> {
    const refundId = cancellationRefundOf(this.orderId);
    for (const hold of this.ports.holds) {
      const refusal = await hold.confirm(this.order);
      if (refusal === undefined) continue;
      const { code: reason } = refusal;
      await this.command({ type: 'CancelOrder', reason, by: 'FULFILMENT', refundId });
      return;
    }
    const outcome = await this.command({ type: 'ReserveInventory' });
    // Cancelled at the same time: what was confirmed after that is given back here.
    if (outcome.status === 'CANCELLED') await this.giveBack();
  }

  private async giveBack(): Promise<void> {
    for (const hold of this.ports.holds) await hold.giveBack(this.order);
  }

  private async charge(intentId: string): Promise<void> {
    const { currency } = this.order;
    const amount = agreedTotalOf(this.order);
    if (amount === 0) return this.receive(0, null);
    const token = await this.ports.tokens.find(intentId);
    if (token === undefined) return this.chargeWithoutToken();
    const request = { key: this.orderId, amount, currency, token };
    await this.record(await this.ask((signal) => this.gateway.charge(request, signal)));
  }

  /** Another instance may have charged the order, or may be about to. */
  private async chargeWithoutToken(): Promise<void> {
    const known = await this.ask((signal) => this.gateway.lookUp(this.orderId, signal));
    if (known !== undefined) return this.record(known);
    const ageMs = this.ports.time.now() - this.order.placedAt;
    if (ageMs < TOKEN_PATIENCE_MS) throw new Postponed('The payment token is not here');
    const outcome = await this.ask((signal) => this.gateway.cancel(this.orderId, signal));
    await this.record(outcome, 'PAYMENT_TOKEN_LOST');
  }

  /** @param missed why there was no charge, if there was none */
  private async record(outcome: ChargeOutcome, missed = 'CANCELLED'): Promise<void> {
    switch (outcome.kind) {
      case 'CHARGED': {
        const { amount, reference } = outcome;
        if (amount !== agreedTotalOf(this.order)) {
          throw new WrongChargeError(`The gateway charged ${amount} for order ${this.orderId}`);
        }
        return this.receive(amount, reference);
      }
      case 'DECLINED':
      case 'CANCELLED': {
        const reason = outcome.kind === 'DECLINED' ? outcome.reason : missed;
        await this.command({ type: 'RecordDecline', reason });
        return;
      }
      default:
        return assertNever(outcome);
    }
  }

  private async receive(amount: number, gatewayReference: string | null): Promise<void> {
    const refundId = cancellationRefundOf(this.orderId);
    await this.command({ type: 'RecordPayment', amount, gatewayReference, refundId });
  }

  private async payRefund(refundId: string, amount: number): Promise<void> {
    const { currency } = this.order;
    const request = { key: refundId, chargeKey: this.orderId, amount, currency };
    const outcome = await this.ask((signal) => this.gateway.refund(request, signal));
    const command =
      outcome.kind === 'REFUNDED'
        ? ({ type: 'RecordRefund', refundId, gatewayReference: outcome.reference } as const)
        : ({ type: 'RefuseRefund', refundId, reason: outcome.reason } as const);
    await this.command(command, refundId);
  }

  private async command(
    command: Parameters<FulfilmentCommands['run']>[1],
    about?: string,
  ): Promise<OrderState> {
    const outcome = await this.ports.orders.run(this.orderId, command, this.eventId, about);
    if (outcome.accepted) return outcome.state;
    const { code } = outcome.rejection;
    // A cancellation lost the race against a shipment: staff have taken the order over.
    if (code === 'ORDER_STATUS') return this.ports.orders.freshState(this.orderId);
    throw new Error(`Order ${this.orderId}: ${command.type} is rejected with ${code}`);
  }

  /** Asks the gateway a few times, always with the same key. @throws GatewayUnavailableError */
  private ask<Answer>(question: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
    const { time, answerMs = ANSWER_MS } = this.ports;
    return retrying(() => answered(question, answerMs, time, this.signal), {
      retryIf: (error) => error instanceof GatewayUnavailableError,
      pauseMs: PAUSE_MS,
      attempts: ASKS,
      time,
      signal: this.signal,
    });
  }
}

/** Ends the request and fails when there is no answer in time, or when the service stops. */
async function answered<Answer>(
  question: (signal: AbortSignal) => Promise<Answer>,
  answerMs: number,
  time: Pick<Time, 'after'>,
  stopping: AbortSignal,
): Promise<Answer> {
  const late = new AbortController();
  const cancelTimer = time.after(answerMs, () => late.abort());
  const ending = AbortSignal.any([late.signal, stopping]);
  const end = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new GatewayUnavailableError('No answer in time'));
    if (ending.aborted) fail();
    else ending.addEventListener('abort', fail, { once: true });
  });
  try {
    return await Promise.race([question(ending), end]);
  } finally {
    cancelTimer();
  }
}

/** What the shopper agreed to pay. A later correction does not change a charge. */
function agreedTotalOf({ total, corrections }: OrderState): number {
  return corrections.reduce((agreed, correction) => agreed - refundOf(correction), total);
}
