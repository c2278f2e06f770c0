// CartCheckedOut → PlaceOrder. A checkout places its order itself; this one comes after it and
// makes good where the service died between the two. Both come to the same ids, so whichever is
// second finds the work done.
import type { CartCommands } from '../commands/cart-commands.js';
import type { OrderCommands } from '../commands/order-commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import { StoreUnavailableError } from '../event-store/errors.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';

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

const PAUSE_MS = { least: 250, most: 250 };

export class OrderPlacement {
  constructor(
    private readonly carts: Pick<CartCommands, 'freshState'>,
    private readonly orders: Pick<OrderCommands, 'state' | 'placeFor'>,
    private readonly time: Time = systemTime,
  ) {}

  /**
   * Carries one command out; doing it again changes nothing. While the store is away it tries
   * again, until `signal` says that nobody wants it any more: then it resolves with the order
   * unplaced.
   */
  async carryOut(command: PlaceOrderFor, signal?: AbortSignal): Promise<void> {
    await retryingUntilAborted(() => this.place(command), {
      retryIf: (error) => error instanceof StoreUnavailableError,
      pauseMs: PAUSE_MS,
      time: this.time,
      signal,
    });
  }

  private async place({ cartId, orderId }: PlaceOrderFor): Promise<void> {
    const order = await this.orders.state(orderId);
    // The cart as it is cached may be from before another instance checked it out.
    if (order.status === 'ABSENT') await this.orders.placeFor(await this.carts.freshState(cartId));
  }
}
