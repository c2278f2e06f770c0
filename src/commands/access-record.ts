// Puts on record that somebody of the staff looked at a customer's cart, and why, before they see it.
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
    for (let attempt = 1; ; attempt += 1) {
      const last = await this.lastRevision(stream);
      try {
        await this.store.append(stream, [event], last < 0 ? 'no_stream' : last);
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  private async lastRevision(stream: string): Promise<number> {
    for await (const { revision } of this.store.readStream(stream, {
      backwards: true,
      maxCount: 1,
    })) {
      return revision;
    }
    return -1;
  }
}
