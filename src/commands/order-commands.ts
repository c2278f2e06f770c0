// Orders: so far they are only placed, by a cart that was checked out.
import { orderOf } from '../domain/order/commands.js';
import type { Pricing } from '../domain/cart/pricing.js';
import type { CartState } from '../domain/cart/state.js';
import type { OrderState } from '../domain/order/state.js';
import { orderAggregate } from './aggregates.js';
import type { CommandRunner } from './command-runner.js';

export class OrderCommands {
  constructor(
    private readonly runner: CommandRunner,
    private readonly pricing: Pricing,
  ) {}

  state(orderId: string): Promise<OrderState> {
    return this.runner.stateOf(orderAggregate, orderId);
  }

  /**
   * Places the order of a cart that was checked out, or gives the one that it placed before: both
   * whoever checks out and the process manager that repairs an interrupted checkout ask for this.
   */
  async placeFor(cart: CartState): Promise<OrderState> {
    if (cart.orderId === null) throw new RangeError('A cart that is open has no order');
    const orderId = cart.orderId;
    const outcome = await this.runner.run(orderAggregate, {
      id: orderId,
      command: (at) => orderOf(cart, at, orderId, this.pricing),
      // The order's own id serves as its key: there is one PlaceOrder for each order, ever.
      hash: 'PlaceOrder',
      context: { commandId: orderId, occurredAt: cart.updatedAt, actor: { kind: 'checkout' } },
    });
    if (!outcome.accepted) throw new Error(`Order ${orderId}: ${outcome.rejection.message}`);
    return outcome.state;
  }
}
