// Logs each staff access to a customer's cart, with its reason, before the response. The access
// stream of a cart is a hash chain, like the cart itself.
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

/** Maximum time to retry an append while other writers extend the stream. */
const PATIENCE_MS = 2_000;

export class AccessRecord {
  private readonly queue = new StreamQueue();

  constructor(
    private readonly store: EventStore,
    private readonly clock: () => number,
  ) {}

  /**
   * Resolves when the access is in the log.
   *
   * @throws StoreUnavailableError
   */
  record(
    cartId: string,
    look: { readonly subject: string; readonly reason: string },
  ): Promise<void> {
    // Accesses to one cart in this process queue here instead of conflicting in the store.
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
      // Each attempt gets a new id: its link differs, so the event is not a repetition of the
      // earlier one.
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
      // An event of another program has no link; the chain continues from the last event that has
      // one.
      if (end.chain !== undefined) break;
    }
    return end;
  }
}
