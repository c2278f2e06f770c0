// Abandons a cart that nobody has changed for a while: exactly once for each idle time, whichever
// instance is first.
import type { CartCommand } from '../domain/cart/commands.js';
import { cartAggregate } from './aggregates.js';
import { abandonmentIdOf } from './command-id.js';
import type { CommandRunner } from './command-runner.js';

/** A cart, and when its last change occurred, in milliseconds since 1970. */
export interface CartIdleSince {
  readonly cartId: string;
  readonly idleSince: number;
}

export class CartAbandonments {
  /** @param idleMs how long nobody has to change a cart until it is abandoned, in milliseconds */
  constructor(
    private readonly runner: CommandRunner,
    readonly idleMs: number,
  ) {}

  /**
   * The event occurs when the idle time is over, also when it is recorded later. A cart that was
   * changed since, abandoned, closed or never opened stays as it is.
   *
   * @throws StoreUnavailableError, UnreadableEventError, IncompleteHistoryError
   */
  async abandon({ cartId, idleSince }: CartIdleSince): Promise<void> {
    await this.runner.run(cartAggregate, {
      id: cartId,
      enrich: (at): CartCommand => ({ type: 'AbandonCart', at, idleSince }),
      // The id says which idle time of which cart is meant.
      hash: 'AbandonCart',
      context: {
        commandId: abandonmentIdOf(cartId, idleSince),
        occurredAt: idleSince + this.idleMs,
        actor: { kind: 'abandonment' },
      },
    });
  }
}
