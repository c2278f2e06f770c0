// Appends the streams of imported purchases: each in one append, with the same ids in every run, so
// that a killed and repeated run has the result of an uninterrupted one, and a second run appends
// nothing.
import { cartAggregate, orderAggregate } from '../commands/aggregates.js';
import { streamOf } from '../commands/command-runner.js';
import { repeatableEvents } from '../commands/proposed-events.js';
import type { Pricing } from '../domain/cart/pricing.js';
import { type OrderCommand, orderOf } from '../domain/order/commands.js';
import type { OrderEvent } from '../domain/order/events.js';
import { initialOrder } from '../domain/order/state.js';
import { fits } from '../event-store/append-message.js';
import { AppendRefusedError, ConflictError } from '../event-store/errors.js';
import type { EventStore } from '../event-store/event-store.js';
import type { StorePatience } from '../event-store/store-patience.js';
import type { NewEvent } from '../event-store/stored-event.js';
import type { HistoricCart, HistoryRejection } from './historic-cart.js';

/** One append to one stream. */
interface Append {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

/** What the customer paid and got back of it, as the other system says. */
export interface PaidBack {
  /** In minor units. */
  readonly paid: number;
  readonly amount: number;
  /** The other system's name of the order. */
  readonly reference: string;
}

/** The appends of one purchase, in their order. */
export interface PurchaseAppends {
  readonly cart: HistoricCart;
  readonly appends: readonly Append[];
}

export interface HistoryAppendsOptions {
  readonly store: Pick<EventStore, 'append' | 'readStream'>;
  readonly pricing: Pricing;
  readonly patience: StorePatience;
  /** Says what would be appended, and appends nothing. */
  readonly isDryRun?: boolean;
}

/** The import waits for a cluster to elect a new leader rather than fail. */
const APPEND_TIMEOUT_MS = 10_000;
/** A purchase with fewer lines cannot reach the size limit; one with more always exceeds it. */
const LINES_TO_MEASURE = 400;
export const TOO_MANY_LINES = 4_000;

export class HistoryAppends {
  constructor(private readonly options: HistoryAppendsOptions) {}

  /**
   * The cart and its order, or the reason why they cannot be imported.
   *
   * @param commandHash of the content; a purchase that was imported with another one is refused
   */
  prepare(
    cart: HistoricCart,
    commandHash: string,
    lines: number,
    refund: PaidBack | null = null,
  ): PurchaseAppends | HistoryRejection {
    const [ofCart, ofOrder] = [cartAppendOf(cart, commandHash), this.orderAppendOf(cart, refund)];
    // A process manager places the order of a cart that it sees checked out, without the refund.
    const appends = refund === null ? [ofCart, ofOrder] : [ofOrder, ofCart];
    const isTooLarge =
      lines >= LINES_TO_MEASURE &&
      appends.some((one) => !fits({ ...one, expectedRevision: 'no_stream' }));
    return isTooLarge ? tooLarge : { cart, appends };
  }

  /** Number of appended events: all of them, or 0 when they exist already. */
  async append({ appends }: PurchaseAppends): Promise<number | HistoryRejection> {
    let added = 0;
    for (const append of appends) {
      const outcome = await this.appendOnce(append);
      if (typeof outcome !== 'number') return outcome;
      added += outcome;
    }
    return added;
  }

  /**
   * The same order, with the same id, as a checkout would place; a process manager finds it done.
   */
  private orderAppendOf({ state: cart }: HistoricCart, refund: PaidBack | null): Append {
    const { orderId, updatedAt: at } = cart;
    const commands = [
      orderOf(cart, at, orderId, this.options.pricing),
      ...(refund === null ? [] : refundCommands(orderId, cart.updatedAt, refund)),
    ];
    const events: OrderEvent[] = [];
    let order = initialOrder;
    for (const command of commands) {
      const decision = orderAggregate.decider.decide(command, order);
      if ('rejected' in decision) throw new Error(`Order ${orderId}: ${decision.rejected.message}`);
      for (const event of decision.accepted) {
        const facts = { id: '', revision: events.length, occurredAt: at };
        order = orderAggregate.decider.evolve(order, { ...event, ...facts });
        events.push(event);
      }
    }
    const stream = streamOf(orderAggregate, orderId);
    const proposed = repeatableEvents(orderAggregate.codec, stream, events, {
      occurredAt: new Date(at).toISOString(),
      commandId: orderId,
      commandHash: 'PlaceOrder',
      actor: { kind: 'checkout' },
    });
    return { stream, events: proposed };
  }

  private appendOnce(append: Append): Promise<number | HistoryRejection> {
    const { store, patience, isDryRun = false } = this.options;
    return patience.call(async () => {
      const before = await this.presenceOf(append);
      if (before !== 'absent') return before === 'same' ? 0 : otherContent;
      const { stream, events } = append;
      if (isDryRun) return events.length;
      try {
        await store.append(stream, events, 'no_stream', { timeoutMs: APPEND_TIMEOUT_MS });
        return events.length;
      } catch (error) {
        if (error instanceof AppendRefusedError) {
          return { code: 'refused by the event store', reason: error.message };
        }
        if (!(error instanceof ConflictError)) throw error;
        // Another writer was faster: an import of the same file, or a process manager.
        return (await this.presenceOf(append)) === 'same' ? 0 : otherContent;
      }
    });
  }

  /** One append writes all events or none, so the last event's command identifies all of them. */
  private async presenceOf({ stream, events }: Append): Promise<'absent' | 'same' | 'differs'> {
    const { commandId, commandHash } = events.at(-1)?.metadata ?? {};
    const from = events.length - 1;
    const { store } = this.options;
    for await (const { metadata } of store.readStream(stream, { from, maxCount: 1 })) {
      const isSame = metadata.commandId === commandId && metadata.commandHash === commandHash;
      return isSame ? 'same' : 'differs';
    }
    return 'absent';
  }
}

export const tooLarge: HistoryRejection = {
  code: 'invoice too large',
  reason: 'it is larger than the event store accepts in one append (1 MiB)',
};

const otherContent: HistoryRejection = {
  code: 'imported before with other content',
  reason: 'it was imported before with other content, which stays',
};

/**
 * The payment, the refund and its outcome are in one append: a refund that is answered is not paid
 * by any process manager.
 */
function refundCommands(
  orderId: string,
  at: number,
  { paid, amount, reference }: PaidBack,
): OrderCommand[] {
  const refundId = `imported/${orderId}`;
  return [
    { type: 'RecordPayment', at, amount: paid, gatewayReference: reference, refundId },
    { type: 'RequestRefund', at, refundId, amount, reason: 'Paid back before the import' },
    { type: 'RecordRefund', at, refundId, gatewayReference: reference },
  ];
}

function cartAppendOf({ events, state }: HistoricCart, commandHash: string): Append {
  const stream = streamOf(cartAggregate, state.id);
  const proposed = repeatableEvents(cartAggregate.codec, stream, events, {
    occurredAt: new Date(state.updatedAt).toISOString(),
    commandId: state.id,
    commandHash,
    actor: { kind: 'importer' },
  });
  return { stream, events: proposed };
}
