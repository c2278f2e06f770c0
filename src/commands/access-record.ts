// Logs each staff access to a customer's cart, with its reason, before the response. The access
// stream of a cart is a hash chain, like the cart itself.
import { accessCodec } from '../domain/access/codec.js';
import { type ChainEnd, chained, NO_CHAIN } from '../event-store/chain.js';
import type { EventStore, ReadStreamOptions } from '../event-store/event-store.js';
import { occurredAt } from '../event-store/stored-event.js';
import { ConflictError, StoreUnavailableError } from '../event-store/errors.js';
import type { Tracing } from '../tracing/tracing.js';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import { appendSpan, inAppendSpan } from './command-spans.js';
import { StreamQueue } from './stream-queue.js';

export interface StaffLook {
  /** The role. */
  readonly kind: string;
  readonly subject: string;
  /** Empty where an admin gave none, who needs none for an order. */
  readonly reason: string;
}

/** Maximum time to retry an append while other writers extend the stream. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = { least: 1, most: 20 };

/** In milliseconds since 1970. */
type RecordEnd = ChainEnd & { readonly occurredAt: number };

const nothingRecorded: RecordEnd = { ...NO_CHAIN, occurredAt: 0 };

export class AccessRecord {
  private readonly queue = new StreamQueue();

  constructor(
    private readonly store: EventStore,
    private readonly time: Time = systemTime,
    /** Default: nothing is traced. */
    private readonly tracing?: Tracing,
  ) {}

  /**
   * Resolves when the access is in the log.
   *
   * @throws StoreUnavailableError
   */
  record(cartId: string, look: StaffLook): Promise<void> {
    // Accesses to one cart in this process queue here instead of conflicting in the store.
    return this.queue.run(cartId, () => this.append(cartId, look));
  }

  private async append(cartId: string, { kind, subject, reason }: StaffLook): Promise<void> {
    const stream = `access-${cartId}`;
    const look = { cartId, subject, role: kind, reason: reason === '' ? null : reason };
    const accessed = accessCodec.encode({ type: 'CartAccessed', data: look });
    let end: RecordEnd | undefined = nothingRecorded;
    const append = async () => {
      end ??= await this.endOf(stream);
      const expected = end.revision < 0 ? 'no_stream' : end.revision;
      const span = this.tracing?.current()?.child(appendSpan('access', expected));
      const event = {
        // Each attempt gets a new id: its link differs, so the event is not a repetition of the
        // earlier one.
        id: this.time.newId(),
        type: accessed.type,
        data: accessed.data,
        metadata: {
          schemaVersion: accessed.schemaVersion,
          // The clock of another instance may be ahead of ours, and time never runs backwards.
          occurredAt: new Date(Math.max(this.time.now(), end.occurredAt)).toISOString(),
          actor: { kind, subject },
          ...(span && { traceparent: span.traceparent }),
        },
      };
      const linked = chained(stream, end, [event]);
      await (span === undefined
        ? this.store.append(stream, linked, expected)
        : inAppendSpan(span, linked, () => this.store.append(stream, linked, expected)));
    };
    try {
      await retrying(append, {
        retryIf: (error) => error instanceof ConflictError,
        onFailure: () => (end = undefined),
        pauseMs: PAUSE_MS,
        withinMs: PATIENCE_MS,
        time: this.time,
      });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      throw new StoreUnavailableError(`a record in ${stream}`, error);
    }
  }

  private async endOf(stream: string): Promise<RecordEnd> {
    const last = await this.endWithin(stream, { maxCount: 1 });
    const isWhole = last.revision < 0 || last.chain !== undefined;
    return isWhole ? last : this.endWithin(stream);
  }

  private async endWithin(
    stream: string,
    options: Pick<ReadStreamOptions, 'maxCount'> = {},
  ): Promise<RecordEnd> {
    let end = nothingRecorded;
    for await (const stored of this.store.readStream(stream, { backwards: true, ...options })) {
      end = {
        revision: Math.max(end.revision, stored.revision),
        chain: stored.metadata.chain,
        occurredAt: Math.max(end.occurredAt, occurredAt(stored)),
      };
      // An event of another program has no link; the chain continues from the last event that has
      // one.
      if (end.chain !== undefined) break;
    }
    return end;
  }
}
