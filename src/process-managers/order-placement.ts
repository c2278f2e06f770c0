// CartCheckedOut → PlaceOrder. A checkout places its order itself; this process manager places it
// if the service died in between. Both use the same ids, so the second one changes nothing.
import type { CartCommands } from '../commands/cart-commands.js';
import type { OrderCommands } from '../commands/order-commands.js';
import type { CartEvent } from '../domain/cart/events.js';
import type { Recorded } from '../domain/decider.js';
import { StoreUnavailableError } from '../event-store/errors.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';

/** The command of this process manager: place the order of one cart. */
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
   * Executes one command; repeating it changes nothing. It retries while the store is unavailable,
   * until `signal` aborts; then it resolves with the order unplaced.
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
    // The cached cart may be from before another instance checked it out.
    if (order.status === 'ABSENT') await this.orders.placeFor(await this.carts.freshState(cartId));
  }
}
