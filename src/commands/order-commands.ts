// The commands of orders: place the order of a checked-out cart, and correct its total.
import { type CorrectOrderTotal, type OrderCommand, orderOf } from '../domain/order/commands.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { CartState } from '../domain/cart/state.js';
import type { OrderState } from '../domain/order/state.js';
import type { Rejection } from '../domain/rejection.js';
import { MAX_APPEND_BYTES } from '../event-store/append-message.js';
import { orderAggregate } from './aggregates.js';
import type { CommandContext, CommandOutcome } from './command-context.js';
import { correctionIdOf } from './command-id.js';
import type { CommandRunner } from './command-runner.js';
import { orderTooLarge } from './rejections.js';

export interface CorrectionRequest extends Omit<CorrectOrderTotal, 'type' | 'at'> {
  readonly orderId: string;
  /** Revision of the order's stream when the report was made. */
  readonly revision: number;
}

/** An order is one event. The rest of its append is a few hundred bytes of metadata and names. */
export const MAX_ORDER_BYTES = MAX_APPEND_BYTES - 4_096;

export class OrderCommands {
  constructor(
    private readonly runner: CommandRunner,
    private readonly pricing: Pricing,
  ) {}

  state(orderId: string): Promise<OrderState> {
    return this.runner.stateOf(orderAggregate, orderId);
  }

  /** As the log has it now. @throws StoreUnavailableError */
  freshState(orderId: string): Promise<OrderState> {
    return this.runner.stateOf(orderAggregate, orderId, 'fresh');
  }

  /**
   * Records the correct total from an impact report, once for each report. The report refers to one
   * revision: an order that has changed since gets CONFLICT.
   */
  correctTotal(
    { orderId, revision, ...correction }: CorrectionRequest,
    actor: CommandContext['actor'],
  ): Promise<CommandOutcome<OrderState>> {
    const { reportId } = correction;
    return this.runner.run(orderAggregate, {
      id: orderId,
      enrich: (at): OrderCommand => ({ type: 'CorrectOrderTotal', at, ...correction }),
      // The hash leaves out the reason: the same correction may be repeated with other words.
      hash: 'CorrectOrderTotal',
      context: { commandId: correctionIdOf(reportId, orderId), expectedRevision: revision, actor },
    });
  }

  /** Rejects a checkout whose order would be too large to store. */
  refusalFor(cart: CartState): Rejection | undefined {
    if (cart.status !== 'CHECKED_OUT') return undefined;
    const { order } = orderOf(cart, cart.updatedAt, cart.orderId, this.pricing);
    const bytes = Buffer.byteLength(JSON.stringify(order));
    return bytes > MAX_ORDER_BYTES ? orderTooLarge : undefined;
  }

  /**
   * Places the order of a checked-out cart, or returns the order that exists. The checkout calls
   * this, and so does the process manager that completes interrupted checkouts.
   *
   * @param origin what led to the order
   */
  async placeFor(
    cart: CartState,
    { correlationId, causationId }: Pick<CommandContext, 'correlationId' | 'causationId'> = {},
  ): Promise<OrderState> {
    if (cart.status !== 'CHECKED_OUT') throw new RangeError('A cart that is open has no order');
    const orderId = cart.orderId;
    const outcome = await this.runner.run(orderAggregate, {
      id: orderId,
      enrich: (at) => orderOf(cart, at, orderId, this.pricing),
      // The order's id is also its commandId: an order has exactly one PlaceOrder.
      hash: 'PlaceOrder',
      context: {
        commandId: orderId,
        occurredAt: cart.updatedAt,
        actor: { kind: 'checkout' },
        ...(correlationId !== undefined && { correlationId }),
        ...(causationId !== undefined && { causationId }),
      },
    });
    if (!outcome.accepted) throw new Error(`Order ${orderId}: ${outcome.rejection.message}`);
    return outcome.state;
  }
}
