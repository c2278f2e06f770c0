// The ports of persistent subscriptions to the rest of the node: events of a log in order, and
// writes of checkpoints and parked messages. The node implements them.
import type { Metadata } from '@grpc/grpc-js';
import { StreamDeleted, WriteFailed } from '../errors.js';
import type { Resolved } from '../log/links.js';
import type { LoggedEvent } from '../log/logged-event.js';

/** The record in the subscribed stream itself; acks contain its id. */
export function recordOf(resolved: Resolved): LoggedEvent {
  const record = resolved.link ?? resolved.event;
  if (!record) throw new Error('A resolved event has neither event nor link');
  return record;
}

export interface EventPage {
  events: LoggedEvent[];
  /** Where the next page starts: a revision of the stream, or a position of `$all`. */
  next: bigint;
  /** Number of events that the filter rejected after the last wanted one. */
  skipped?: number;
  /** The stream was tombstoned, so a reader of its past gets nothing any more. */
  isOver?: boolean;
}

export interface EventLog {
  /**
   * Visible events of a stream from a revision on; empty for an absent stream.
   *
   * @param isLive whether the reader had reached the end before: only then a tombstoned stream
   * returns its rest, with the tombstone last
   */
  readStream(stream: string, from: bigint, maxCount: number, isLive?: boolean): EventPage;
  /** Events from a position on, of all streams. */
  readAll(from: bigint, maxCount: number): EventPage;
  /** Whether a read of `$all` may start there: before all events, at one, or after all of them. */
  isStart(position: bigint): boolean;
  /** The next free revision of a stream; 0 for a stream that never existed. */
  nextRevision(stream: string): bigint;
  /** The first position after the end of the log. */
  end(): bigint;
  /** The event, with a link's target resolved if `resolveLinks` is true. */
  resolve(event: LoggedEvent, resolveLinks: boolean): Resolved;
  /** Appends one event with any expected revision, as the system; resolves when it is on disk. */
  append(stream: string, event: NewEvent): Promise<void>;
  /** Soft-deletes a stream; no effect if it never existed. */
  deleteStream(stream: string): Promise<void>;
  /** Calls back after each commit. Returns a function that unsubscribes. */
  onCommit(listener: () => void): () => void;
}

export interface NewEvent {
  type: string;
  isJson: boolean;
  data: Uint8Array;
  metadata?: Uint8Array;
}

/** Whether a write was refused as it was: the disk is full, or a client tombstoned the stream. */
export function isRefusedWrite(error: unknown): boolean {
  return error instanceof WriteFailed || error instanceof StreamDeleted;
}

/**
 * What `parse` makes of the newest event of a stream from which it makes anything: clients may have
 * written there, too. Undefined if there is none.
 */
export function newestOf<Content>(
  log: EventLog,
  stream: string,
  parse: (data: Uint8Array) => Content | undefined,
): Content | undefined {
  for (let revision = log.nextRevision(stream) - 1n; revision >= 0n; revision--) {
    const [event] = log.readStream(stream, revision, 1).events;
    // Hidden by a deletion, or by a tombstone.
    if (event === undefined || BigInt(event.revision) !== revision) return undefined;
    const content = parse(event.data);
    if (content !== undefined) return content;
  }
  return undefined;
}

/** Access control. Each method throws the status that ends the call. */
export interface Access {
  /** Create, update, delete, replay and restart require an operator or admin. */
  requireOperator(metadata: Metadata): void;
  /** Info and lists require a signed-in user. */
  requireUser(metadata: Metadata): void;
  /** Consuming requires read access to the stream. */
  requireReader(stream: string, metadata: Metadata): void;
  /** The user name of a connection in `GetInfo`. */
  userName(metadata: Metadata): string;
}
