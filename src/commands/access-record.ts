// Puts on record that somebody of the staff looked at a customer's cart, and why, before they see it. The
// record of a cart is a hash chain, as the cart itself is.
import { type ChainEnd, chained, NO_CHAIN } from '../event-store/chain.js';
import type { EventStore } from '../event-store/event-store.js';
import { ConflictError } from '../event-store/errors.js';
import { freshId } from './command-id.js';

export interface CartAccessed {
  readonly cartId: string;
  readonly subject: string;
  readonly reason: string;
}

/** How often it looks for the end of a stream that others are writing to as well. */
const MAX_ATTEMPTS = 10;

export class AccessRecord {
  constructor(
    private readonly store: EventStore,
    private readonly clock: () => number,
  ) {}

  /** Resolves when it is on record. @throws StoreUnavailableError */
  async record(
    cartId: string,
    { subject, reason }: { readonly subject: string; readonly reason: string },
  ): Promise<void> {
    const stream = `access-${cartId}`;
    const accessed: CartAccessed = { cartId, subject, reason };
    const event = {
      id: freshId(),
      type: 'CartAccessed',
      data: { ...accessed },
      metadata: {
        schemaVersion: 1,
        occurredAt: new Date(this.clock()).toISOString(),
        actor: { kind: 'support', subject },
      },
    };
    let end = NO_CHAIN;
    for (let attempt = 1; ; attempt += 1) {
      const { revision } = end;
      try {
        const expected = revision < 0 ? 'no_stream' : revision;
        await this.store.append(stream, chained(stream, end, [event]), expected);
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
        end = await this.endOf(stream);
      }
    }
  }

  private async endOf(stream: string): Promise<ChainEnd> {
    for await (const last of this.store.readStream(stream, { backwards: true, maxCount: 1 })) {
      return { revision: last.revision, chain: last.metadata.chain };
    }
    return NO_CHAIN;
  }
}
