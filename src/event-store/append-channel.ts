// The one client of this process that appends. The official client keeps its pending appends in one
// map for the whole process, may never settle an append whose stream died, and cannot be asked what
// became of it. So every attempt has a timer here, an attempt with an unknown outcome is repeated
// with the same event ids and the same expectation (which EventStoreDB makes idempotent), and a
// client that failed is replaced before the next attempt.
import { setTimeout as delay } from 'node:timers/promises';
import {
  EventStoreDBClient,
  NO_STREAM,
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { toClientEvent } from './client-events.js';
import { ConflictError, StoreUnavailableError } from './errors.js';
import type { NewEvent } from './stored-event.js';
import { within } from './within.js';

export type ExpectedRevision = number | 'no_stream';

export interface Appended {
  /** Commit position of the last event; null where the store recognised a repetition without one. */
  readonly position: bigint | null;
  /** Of the last event of this append. */
  readonly revision: number;
}

/** How long one attempt may take before its outcome counts as unknown. */
const ATTEMPT_MS = 1_000;
const PAUSE_MS = { least: 20, most: 150 };

export class AppendChannel {
  private client: EventStoreDBClient;

  constructor(private readonly connect: () => EventStoreDBClient) {
    this.client = connect();
  }

  /**
   * Appends all events or none, and knows which.
   * @throws ConflictError when the stream is not as expected.
   * @throws StoreUnavailableError after `timeoutMs` without a known outcome.
   */
  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    timeoutMs: number,
  ): Promise<Appended> {
    const endsAt = performance.now() + timeoutMs;
    let lastFault: unknown;
    for (;;) {
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) throw new StoreUnavailableError(`append to ${stream}`, lastFault);
      const client = this.client;
      try {
        return await attempt(
          client,
          stream,
          events,
          expectedRevision,
          Math.min(ATTEMPT_MS, leftMs),
        );
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) throw conflictOf(stream, error);
        if (isRefusal(error)) throw error;
        lastFault = error;
        this.replace(client);
        await delay(pauseMs());
      }
    }
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }

  /** Several appends may see the same client fail; only the first of them replaces it. */
  private replace(failed: EventStoreDBClient): void {
    if (this.client !== failed) return;
    this.client = this.connect();
    // It only frees the failed client's streams: nobody waits for it, and its faults were seen.
    failed.dispose().catch(() => undefined);
  }
}

async function attempt(
  client: EventStoreDBClient,
  stream: string,
  events: readonly NewEvent[],
  expectedRevision: ExpectedRevision,
  timeoutMs: number,
): Promise<Appended> {
  const answer = client.appendToStream(stream, events.map(toClientEvent), {
    expectedRevision: expectedRevision === 'no_stream' ? NO_STREAM : BigInt(expectedRevision),
    deadline: Math.ceil(timeoutMs),
  });
  const { nextExpectedRevision, position } = await within(answer, timeoutMs, `append to ${stream}`);
  return { position: position?.commit ?? null, revision: Number(nextExpectedRevision) };
}

function conflictOf(stream: string, error: WrongExpectedVersionError): ConflictError {
  const { actualVersion } = error;
  // "no_stream" where the stream is absent; a bigint, at run time sometimes a number, otherwise.
  return new ConflictError(stream, typeof actualVersion === 'string' ? -1 : Number(actualVersion));
}

/** Answers that say for certain that nothing was appended and that asking again will not help. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof AccessDeniedError ||
    error instanceof InvalidArgumentError ||
    error instanceof MaxAppendSizeExceededError ||
    error instanceof StreamDeletedError
  );
}

function pauseMs(): number {
  return PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least);
}
