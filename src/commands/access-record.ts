// Puts on record that somebody of the staff looked at a customer's cart, and why, before they see it.
import type { EventStore, ExpectedRevision } from '../event-store/event-store.js';
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
    let expected: ExpectedRevision = 'no_stream';
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.store.append(stream, [event], expected);
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
        // The refusal tells what a read would.
        expected = error.currentRevision < 0 ? 'no_stream' : error.currentRevision;
      }
    }
  }
}
