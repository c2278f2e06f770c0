// Appends with a known outcome. Each attempt has a timeout. After an unknown outcome the append is
// repeated with the same event ids and the same expected revision, which EventStoreDB treats as
// idempotent. A client that has answered nothing since the attempt started is replaced first.
import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { type AppendRequest, demandFits, type ExpectedRevision } from './append-message.js';
import type { Appended } from './batch-answer.js';
import { BatchAppend } from './batch-append.js';
import {
  AppendRefusedError,
  AppendTooLargeError,
  ConflictError,
  DeletedStreamError,
  IncompleteHistoryError,
  StoreUnavailableError,
} from './errors.js';
import type { StoreAccess, StoreClient } from './store-access.js';
import type { NewEvent } from './stored-event.js';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import { RETRY_PAUSE_MS, withStoreTimeout } from './store-timeout.js';

/** An attempt without an answer in this time has an unknown outcome. */
const ATTEMPT_MS = 1_000;

/** The part of the store's nodes that appends use. */
export type AppendNodes = Omit<StoreAccess, 'close'>;

export class AppendChannel {
  private link: AppendLink;

  constructor(
    private readonly nodes: AppendNodes,
    private readonly time: Time = systemTime,
  ) {
    this.link = new AppendLink(nodes, time);
    nodes.onMove(() => this.replace(this.link));
  }

  /**
   * Appends all events or none, and reports which.
   *
   * @throws ConflictError when the stream is not at the expected revision.
   * @throws AppendRefusedError when the store rejects the append for good.
   * @throws AppendTooLargeError for more than the store accepts in one append.
   * @throws IncompleteHistoryError when the stream was deleted for good.
   * @throws StoreUnavailableError after `timeoutMs` without a known outcome.
   */
  async append(
    stream: string,
    events: readonly NewEvent[],
    expectedRevision: ExpectedRevision,
    timeoutMs: number,
  ): Promise<Appended> {
    const request = { stream, events, expectedRevision };
    try {
      return await retrying((leftMs) => this.attempt(request, leftMs), {
        retryIf: (error) => !isFinal(error),
        pauseMs: RETRY_PAUSE_MS,
        withinMs: timeoutMs,
        time: this.time,
      });
    } catch (error) {
      // Wrong credentials end the call for all appends, and would end the next call too.
      if (error instanceof AccessDeniedError) throw outcomeOf(stream, error);
      const isTold = isFinal(error) || error instanceof StoreUnavailableError;
      throw isTold ? error : new StoreUnavailableError(`append to ${stream}`, error);
    }
  }

  async close(): Promise<void> {
    await this.link.close();
  }

  private async attempt(request: AppendRequest, leftMs: number): Promise<Appended> {
    const { link } = this;
    const attemptedAt = this.time.monotonicMs();
    try {
      return await link.append(request, Math.min(ATTEMPT_MS, leftMs));
    } catch (error) {
      if (!isFinal(error)) {
        this.nodes.noteFault(error);
        // A link that answers other appends works; replacing it would lose their answers.
        if (link.lastAnswerAt < attemptedAt) this.replace(link);
      }
      throw error;
    }
  }

  /** Several appends can see the same link fail; only the first replaces it. */
  private replace(failed: AppendLink): void {
    if (this.link !== failed) return;
    this.link = new AppendLink(this.nodes, this.time);
    // No append waits for the failed link, and its errors were reported to their callers.
    failed.close().catch(() => undefined);
  }
}

/** One client with its append call, which opens at the first append and again after each end. */
class AppendLink {
  private batch: BatchAppend | undefined;
  private opening: Promise<BatchAppend | undefined> | undefined;
  private connecting: Promise<StoreClient> | undefined;
  private isClosed = false;

  constructor(
    private readonly nodes: AppendNodes,
    private readonly time: Time,
  ) {}

  /** When the server last answered, on the monotonic clock; 0 for never. */
  get lastAnswerAt(): number {
    return this.batch?.lastAnswerAt ?? 0;
  }

  append(request: AppendRequest, timeoutMs: number): Promise<Appended> {
    return this.batch?.isOpen === true
      ? this.batch.append(request, timeoutMs)
      : this.openAndAppend(request, timeoutMs);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    // The appends that needed the connection have reported its failure.
    const client = await this.connecting?.catch(() => undefined);
    await client?.disconnect();
  }

  private async openAndAppend(request: AppendRequest, timeoutMs: number): Promise<Appended> {
    const endsAt = this.time.monotonicMs() + timeoutMs;
    this.opening ??= this.open().finally(() => (this.opening = undefined));
    const batch = await withStoreTimeout(
      this.opening,
      timeoutMs,
      `append to ${request.stream}`,
      this.time,
    );
    const leftMs = endsAt - this.time.monotonicMs();
    return batch === undefined ? this.appendAlone(request, leftMs) : batch.append(request, leftMs);
  }

  private connect(): Promise<StoreClient> {
    if (this.isClosed) return Promise.reject(new Error('The connection for appends was closed'));
    this.connecting ??= this.nodes.connect();
    return this.connecting;
  }

  private async open(): Promise<BatchAppend | undefined> {
    const client = await this.connect();
    const call = await client.batchCall(this.nodes.callOptions);
    this.batch = call && new BatchAppend(call, this.time);
    return this.batch;
  }

  /**
   * For servers without batch appends: the client's own single append, which has no shared state.
   */
  private async appendAlone(request: AppendRequest, timeoutMs: number): Promise<Appended> {
    demandFits(request);
    const { stream } = request;
    const client = await this.connect();
    const answer = client.appendAlone(request, this.nodes.callOptions);
    try {
      return await withStoreTimeout(answer, timeoutMs, `append to ${stream}`, this.time);
    } catch (error) {
      throw outcomeOf(stream, error);
    }
  }
}

/** Whether nothing was appended for certain; also true for an invalid request. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof AccessDeniedError ||
    error instanceof ConflictError ||
    error instanceof AppendRefusedError ||
    error instanceof AppendTooLargeError ||
    error instanceof IncompleteHistoryError ||
    error instanceof TypeError
  );
}

function outcomeOf(stream: string, error: unknown): unknown {
  if (error instanceof WrongExpectedVersionError) {
    const { actualVersion } = error;
    // The client gives "no_stream" for an absent stream, otherwise a bigint, at run time sometimes
    // a number.
    return new ConflictError(
      stream,
      typeof actualVersion === 'string' ? -1 : Number(actualVersion),
    );
  }
  if (error instanceof MaxAppendSizeExceededError) return new AppendTooLargeError(stream, error);
  if (error instanceof StreamDeletedError) return new DeletedStreamError(stream, error);
  const refused = [AccessDeniedError, InvalidArgumentError].some(
    (refusal) => error instanceof refusal,
  );
  return refused && error instanceof Error
    ? new AppendRefusedError(stream, error.constructor.name, error)
    : error;
}
