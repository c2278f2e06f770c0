// A writer to one stream that remembers what it was told: which writes were acknowledged and where,
// and which ended without an answer, so that nobody knows whether they are in the log.
import {
  ANY,
  CancelledError,
  DeadlineExceededError,
  jsonEvent,
  NO_STREAM,
  UnavailableError,
  type AppendToStreamOptions,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import type { Random } from '../model/random.js';

export interface Write {
  readonly ids: readonly string[];
  readonly expected: NonNullable<AppendToStreamOptions['expectedRevision']>;
}

export interface Acknowledged extends Write {
  /** Of its first event. */
  readonly firstRevision: bigint;
}

export interface Habits {
  /** Expects the exact revision that it knows of, else any. */
  readonly isExact: boolean;
  /** Sends a write without an answer again, with the same ids, once the node is back. */
  readonly repeats: boolean;
  /** By the classic Append, else by BatchAppend. */
  readonly isClassic: boolean;
  readonly largestBatch: number;
}

/** The type of all events that writers write. */
export const WRITTEN = 'Written';

export class Writer {
  readonly acknowledged: Acknowledged[] = [];
  /** Left without an answer for good. */
  readonly unknown: Write[] = [];
  private unanswered: Write | undefined;
  private last = -1n;

  constructor(
    readonly stream: string,
    private readonly habits: Habits,
    private readonly random: Random,
  ) {}

  /** Writes one batch after another until the node is gone. */
  async writeUntilGone(client: EventStoreDBClient, onAcknowledged: () => void): Promise<void> {
    for (;;) {
      const write = this.unanswered ?? this.nextWrite();
      this.unanswered = write;
      try {
        this.remember(write, await this.append(client, write));
      } catch (error) {
        if (!isWithoutAnswer(error)) throw error;
        this.giveUpUnlessRepeating(write);
        return;
      }
      onAcknowledged();
    }
  }

  private nextWrite(): Write {
    const count = 1 + this.random.below(this.habits.largestBatch);
    const ids = Array.from({ length: count }, () => this.random.uuid());
    const known = this.last < 0n ? NO_STREAM : this.last;
    return { ids, expected: this.habits.isExact ? known : ANY };
  }

  private async append(client: EventStoreDBClient, { ids, expected }: Write): Promise<bigint> {
    const events = ids.map((id) => jsonEvent({ id, type: WRITTEN, data: { of: ids.length } }));
    const credentials = { username: 'makes', password: 'it classic' };
    const { nextExpectedRevision } = await client.appendToStream(this.stream, events, {
      expectedRevision: expected,
      ...(this.habits.isClassic && { credentials }),
    });
    return nextExpectedRevision;
  }

  private remember(write: Write, last: bigint): void {
    this.unanswered = undefined;
    this.last = last;
    this.acknowledged.push({ ...write, firstRevision: last - BigInt(write.ids.length) + 1n });
  }

  private giveUpUnlessRepeating(write: Write): void {
    if (this.habits.repeats) return;
    this.unanswered = undefined;
    this.unknown.push(write);
  }

  /** What was being repeated when the last node ended. */
  get open(): readonly Write[] {
    return this.unanswered ? [...this.unknown, this.unanswered] : this.unknown;
  }
}

/** The node went away in the middle; whatever else goes wrong is a failure of the test. */
function isWithoutAnswer(error: unknown): boolean {
  return (
    error instanceof UnavailableError ||
    error instanceof CancelledError ||
    error instanceof DeadlineExceededError ||
    // What a call made while the channel closes is told.
    (error instanceof Error &&
      /Channel has been shut down|call has been cancelled/i.test(error.message))
  );
}
