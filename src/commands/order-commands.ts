// Orders: so far they are only placed, by a cart that was checked out.
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

export interface OrderCorrection extends Omit<CorrectOrderTotal, 'type' | 'at'> {
  readonly orderId: string;
  /** Of the order's stream when the report was made. */
  readonly revision: number;
}

/** An order is one event; the rest of its append are a few hundred bytes of metadata and names. */
export const MAX_ORDER_BYTES = MAX_APPEND_BYTES - 4_096;

export class OrderCommands {
  constructor(
    private readonly runner: CommandRunner,
    private readonly pricing: Pricing,
  ) {}

  state(orderId: string): Promise<OrderState> {
    return this.runner.stateOf(orderAggregate, orderId);
  }

  /**
   * Puts down what an impact report found an order should have come to, once for each report. The
   * report speaks of one revision: an order that has moved on is refused with CONFLICT.
   */
  correctTotal(
    { orderId, revision, ...correction }: OrderCorrection,
    actor: CommandContext['actor'],
  ): Promise<CommandOutcome<OrderState>> {
    const { reportId } = correction;
    return this.runner.run(orderAggregate, {
      id: orderId,
      enrich: (at): OrderCommand => ({ type: 'CorrectOrderTotal', at, ...correction }),
      // Who runs it again may word the reason otherwise; it is the same correction still.
      hash: 'CorrectOrderTotal',
      context: { commandId: correctionIdOf(reportId, orderId), expectedRevision: revision, actor },
    });
  }

  /** Whether the order of a cart that is about to be checked out could not be stored. */
  refusalFor(cart: CartState): Rejection | undefined {
    if (cart.status !== 'CHECKED_OUT') return undefined;
    const { order } = orderOf(cart, cart.updatedAt, cart.orderId, this.pricing);
    const bytes = Buffer.byteLength(JSON.stringify(order));
    return bytes > MAX_ORDER_BYTES ? orderTooLarge : undefined;
  }

  /**
   * Places the order of a cart that was checked out, or gives the one that it placed before: both
   * whoever checks out and the process manager that repairs an interrupted checkout ask for this.
   */
  async placeFor(cart: CartState): Promise<OrderState> {
    if (cart.status !== 'CHECKED_OUT') throw new RangeError('A cart that is open has no order');
    const orderId = cart.orderId;
    const outcome = await this.runner.run(orderAggregate, {
      id: orderId,
      enrich: (at) => orderOf(cart, at, orderId, this.pricing),
      // The order's own id serves as its key: there is one PlaceOrder for each order, ever.
      hash: 'PlaceOrder',
      context: { commandId: orderId, occurredAt: cart.updatedAt, actor: { kind: 'checkout' } },
    });
    if (!outcome.accepted) throw new Error(`Order ${orderId}: ${outcome.rejection.message}`);
    return outcome.state;
  }
}
