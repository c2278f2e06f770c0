// Puts on record that somebody of the staff looked at a customer's cart, and why, before they see
// it. The record of a cart is a hash chain, as the cart itself is.
import { type ChainEnd, chained, NO_CHAIN } from '../event-store/chain.js';
import type { EventStore } from '../event-store/event-store.js';
import { ConflictError, StoreUnavailableError } from '../event-store/errors.js';
import { freshId } from './command-id.js';
import { StreamQueue } from './stream-queue.js';

export interface CartAccessed {
  readonly cartId: string;
  readonly subject: string;
  readonly reason: string;
}

/** How long it looks for the end of a stream that others are writing to as well. */
const PATIENCE_MS = 2_000;

export class AccessRecord {
  private readonly queue = new StreamQueue();

  constructor(
    private readonly store: EventStore,
    private readonly clock: () => number,
  ) {}

  /** Resolves when it is on record. @throws StoreUnavailableError */
  record(
    cartId: string,
    look: { readonly subject: string; readonly reason: string },
  ): Promise<void> {
    // Those who look at one cart at once wait for each other, and not for a free revision.
    return this.queue.run(cartId, () => this.append(cartId, look));
  }

  private async append(
    cartId: string,
    { subject, reason }: { readonly subject: string; readonly reason: string },
  ): Promise<void> {
    const stream = `access-${cartId}`;
    const accessed: CartAccessed = { cartId, subject, reason };
    const event = {
      type: 'CartAccessed',
      data: { ...accessed },
      metadata: {
        schemaVersion: 1,
        occurredAt: new Date(this.clock()).toISOString(),
        actor: { kind: 'support', subject },
      },
    };
    let end = NO_CHAIN;
    const endsAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const { revision } = end;
      // An id for each attempt: the link differs, so an earlier attempt is no repetition of it.
      const linked = chained(stream, end, [{ id: freshId(), ...event }]);
      try {
        await this.store.append(stream, linked, revision < 0 ? 'no_stream' : revision);
        return;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        if (performance.now() > endsAt) throw new StoreUnavailableError(`a record in ${stream}`);
        end = await this.endOf(stream);
      }
    }
  }

  private async endOf(stream: string): Promise<ChainEnd> {
    let end = NO_CHAIN;
    for await (const { revision, metadata } of this.store.readStream(stream, { backwards: true })) {
      end = { revision: Math.max(end.revision, revision), chain: metadata.chain };
      // An event that another program wrote has no link, and the chain goes on from before it.
      if (end.chain !== undefined) break;
    }
    return end;
  }
}
