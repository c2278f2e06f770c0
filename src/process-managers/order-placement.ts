// CartCheckedOut → PlaceOrder. A checkout places its order itself; this one comes after it and makes
// good where the service died between the two. Both come to the same ids, so whichever is second
// finds the work done. It keeps no checkpoint of its own: an order that exists costs one read.
import type { CartCommands } from '../commands/cart-commands.js';
import type { OrderCommands } from '../commands/order-commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';

/** What this process manager asks for when it sees an event: nothing, or the order of one cart. */
export interface PlaceOrderFor {
  readonly type: 'PlaceOrderFor';
  readonly cartId: string;
  readonly orderId: string;
}

export function react(cartId: string, event: Recorded<CartEvent>): readonly PlaceOrderFor[] {
  if (event.type !== 'CartCheckedOut') return [];
  return [{ type: 'PlaceOrderFor', cartId, orderId: event.data.orderId }];
}

export class OrderPlacement {
  constructor(
    private readonly carts: Pick<CartCommands, 'state'>,
    private readonly orders: Pick<OrderCommands, 'state' | 'placeFor'>,
  ) {}

  /** Carries one command out; doing it again changes nothing. @throws StoreUnavailableError */
  async carryOut({ cartId, orderId }: PlaceOrderFor): Promise<void> {
    const order = await this.orders.state(orderId);
    if (order.status !== 'ABSENT') return;
    await this.orders.placeFor(await this.carts.state(cartId));
  }
}
