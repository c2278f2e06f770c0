// What a persistent subscription needs from the rest of the node: the events of a log, in order,
// and a way to write its own checkpoints and parked messages. The node adapts its log to this.
import type { Metadata } from '@grpc/grpc-js';
import type { Resolved } from '../log/links.js';
import type { LoggedEvent } from '../log/logged-event.js';

/** The record that lies in the subscribed stream itself; its id is what an ack names. */
export function recordOf(resolved: Resolved): LoggedEvent {
  const record = resolved.link ?? resolved.event;
  if (!record) throw new Error('A resolved event has neither event nor link');
  return record;
}

export interface EventPage {
  events: LoggedEvent[];
  /** Where to read on: a revision of the stream, or a position of `$all`. */
  next: bigint;
  /** How many events, the last of them among others, were looked at that a filter does not want. */
  skipped?: number;
  /** The stream was tombstoned, and whoever reads its past gets nothing any more. */
  isOver?: boolean;
}

/** Whether a filter of `$all` wants an event. */
export type Wanted = (event: LoggedEvent) => boolean;

export interface EventLog {
  /**
   * Visible events of a stream from a revision on; empty for an absent one.
   * @param isLive whether the reader had come to the end before: only then a tombstoned stream
   * gives what is left, with the tombstone as its last event
   */
  readStream(stream: string, from: bigint, maxCount: number, isLive?: boolean): EventPage;
  /** Events from a position on, at most `maxCount` looked at, those that the filter wants. */
  readAll(from: bigint, maxCount: number, wanted: Wanted): EventPage;
  lastEvent(stream: string): LoggedEvent | undefined;
  /** The next free revision of a stream; 0 for one that never was. */
  nextRevision(stream: string): bigint;
  /** The first position after everything that is in the log. */
  end(): bigint;
  /** The event with the target of a link resolved, if `resolveLinks`; as it is otherwise. */
  resolve(event: LoggedEvent, resolveLinks: boolean): Resolved;
  /** Appends one event with any expectation, as the system; settled when it is on disk. */
  append(stream: string, event: NewEvent): Promise<void>;
  /** Soft-deletes a stream; nothing happens if it never was. */
  deleteStream(stream: string): Promise<void>;
  /** Calls back after each commit; the result stops that. */
  onCommit(listener: () => void): () => void;
}

export interface NewEvent {
  type: string;
  isJson: boolean;
  data: Uint8Array;
  metadata?: Uint8Array;
}

/** Who may do what; each method throws the status that the call is to end with. */
export interface Access {
  /** Create, update, delete, replay and restart are for operators and admins. */
  requireOperator(metadata: Metadata): void;
  /** Info and lists are for everybody who has logged in. */
  requireUser(metadata: Metadata): void;
  /** Consuming needs what reading the stream needs. */
  requireReader(stream: string, metadata: Metadata): void;
  /** The name that `GetInfo` shows for a connection. */
  userName(metadata: Metadata): string;
}
