// Many appends over one call; a correlation id links each answer to its append. Every append
// settles: by its answer, the end of the call, or its timeout.
import { convertToCommandError } from '@eventstore/db-client';
import {
  numberOf,
  type StatusMessage,
  wrongExpectedVersionCodec,
} from 'embedded-eventstoredb/wire';
import { type AppendRequest, batchRequest } from './append-message.js';
import type { Appended, BatchAnswer } from './batch-answer.js';
import {
  AppendRefusedError,
  AppendTooLargeError,
  ConflictError,
  DeletedStreamError,
  StoreUnavailableError,
} from './errors.js';
import type { BatchCall } from './store-access.js';
import { systemTime, type Time } from '../waiting/time.js';

interface Pending {
  readonly stream: string;
  readonly cancelTimer: () => void;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

export class BatchAppend {
  private readonly pending = new Map<string, Pending>();
  private ended: Error | undefined;
  /** When the server last answered, on the monotonic clock; 0 for never. */
  lastAnswerAt = 0;

  constructor(
    private readonly call: BatchCall,
    private readonly time: Time = systemTime,
  ) {
    call.on('data', (answer) => this.settle(answer));
    call.on('error', (error: Error) => this.end(convertToCommandError(error)));
    // An end without an error leaves the pending appends unknown, like a broken connection.
    call.on('end', () => this.end(new Error('The store ended the call for appends')));
    call.on('close', () => this.end(new Error('The call for appends was closed')));
  }

  get isOpen(): boolean {
    return this.ended === undefined;
  }

  /**
   * @throws ConflictError, AppendRefusedError, IncompleteHistoryError; after any other error the
   * outcome is unknown
   */
  append(request: AppendRequest, timeoutMs: number): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) throw this.ended;
      const correlationId = this.time.newId();
      // Encoded before it is registered: an encoding error must not leave a pending append.
      const message = batchRequest(correlationId, request, this.time.now());
      const { stream } = request;
      const expire = () => this.expire(correlationId);
      const cancelTimer = this.time.after(Math.max(0, timeoutMs), expire);
      this.pending.set(correlationId, { stream, cancelTimer, resolve, reject });
      // The result of `write` (backpressure) is ignored: a waiting caller holds each message, and
      // an unanswered message is dropped with the call.
      this.call.write(message);
    });
  }

  close(): void {
    this.call.cancel();
  }

  private expire(correlationId: string): void {
    // After a pause of the whole process, timers run before pending answers are read; read those
    // first.
    this.time.soon(() => {
      const pending = this.pending.get(correlationId);
      this.pending.delete(correlationId);
      pending?.reject(new StoreUnavailableError(`append to ${pending.stream}`));
    });
  }

  private settle({ correlationId, appended, refusal }: BatchAnswer): void {
    this.lastAnswerAt = this.time.monotonicMs();
    const pending = this.pending.get(correlationId);
    // A late answer: the append has timed out and is repeated with the same event ids.
    if (pending === undefined) return;
    this.pending.delete(correlationId);
    pending.cancelTimer();
    if (appended !== undefined) pending.resolve(appended);
    else pending.reject(errorOf(pending.stream, refusal));
  }

  private end(reason: Error): void {
    if (this.ended !== undefined) return;
    this.ended = reason;
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const { cancelTimer, reject } of all) {
      cancelTimer();
      reject(reason);
    }
  }
}

/** Errors are packed messages, distinguished by their full type names. */
function errorOf(stream: string, refusal: StatusMessage | undefined): Error {
  const name = refusal?.details?.typeUrl?.split('/').at(-1) ?? '';
  switch (name) {
    case 'event_store.client.WrongExpectedVersion':
      return conflictOf(stream, refusal?.details?.value ?? new Uint8Array());
    case 'event_store.client.MaximumAppendSizeExceeded':
      return new AppendTooLargeError(stream);
    case 'event_store.client.StreamDeleted':
      return new DeletedStreamError(stream);
    case 'event_store.client.AccessDenied':
    case 'event_store.client.BadRequest':
    case 'event_store.client.InvalidTransaction':
      return new AppendRefusedError(stream, name.slice('event_store.client.'.length));
    default:
      return outageOf(`append to ${stream}`, name, refusal?.message ?? '');
  }
}

/** A timeout within the server, or an error that this code does not know. */
function outageOf(doing: string, name: string, message: string): StoreUnavailableError {
  // The server gives the name of some errors for their message.
  const isNamed = message === '' || name.endsWith(`.${message}`);
  return isNamed
    ? new StoreUnavailableError(doing, new Error(message))
    : StoreUnavailableError.unable(doing, message);
}

function conflictOf(stream: string, details: Uint8Array): ConflictError {
  const { currentStreamRevision: current } = wrongExpectedVersionCodec.decode(details);
  return new ConflictError(stream, current == null ? -1 : numberOf(current));
}
