// How the event store is reached: clients of its nodes, and the calls that those open. It is what
// this folder's own code stands on, so that a simulator can give others. Errors of calls are those
// of gRPC; the messages are EventStoreDB's own bytes.
import type { ReadReqMessage } from 'embedded-eventstoredb/wire';
import type { AppendRequest } from './append-message.js';
import type { Appended, BatchAnswer } from './batch-answer.js';

type Listener = (...values: never[]) => void;

/** A call as it answers: `data`, then `error` or `end`, then `close`. */
interface AnsweringCall<Answer> {
  on(event: 'data', listener: (answer: Answer) => void): unknown;
  on(event: 'error' | 'end' | 'close', listener: Listener): unknown;
  /** It ends with an error at its client, and is over for the server. */
  cancel(): void;
}

/** A bidirectional call: requests are written, as bytes, and answers are its data. */
export interface BatchCall extends AnsweringCall<BatchAnswer> {
  write(message: Uint8Array): unknown;
}

/** A call whose answers are its data. It answers nothing while it is paused. */
export interface ReadCall<Answer> extends AnsweringCall<Answer> {
  once(event: 'error' | 'end', listener: Listener): unknown;
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
}

/** How a call is to be made. */
export interface CallOptions {
  /** A node of a cluster that does not lead refuses the call, and says who does. */
  readonly requiresLeader: boolean;
}

/** A client of one node, over a connection of its own. */
export interface StoreClient {
  /** Opens a call for appends; undefined where the server knows only single ones. */
  batchCall(options: CallOptions): Promise<BatchCall | undefined>;
  /**
   * Opens a call for a read or a subscription, whose answers are what `decode` makes of their
   * bytes. Rejects where there is no connection.
   */
  readCall<Answer>(
    request: ReadReqMessage,
    decode: (answer: Uint8Array) => Answer,
    options: CallOptions,
  ): Promise<ReadCall<Answer>>;
  /** For servers that know single appends only. Rejects as the official client does. */
  appendAlone(request: AppendRequest, options: CallOptions): Promise<Appended>;
  /** Ends the calls and the connection. */
  disconnect(): Promise<void>;
}

/** The nodes of the store, and which of them is to be asked. */
export interface StoreAccess {
  readonly callOptions: CallOptions;
  /** A new client of the node to ask. Of a cluster without a leader it comes when there is one. */
  connect(): Promise<StoreClient>;
  /** Told each time when another node is to be asked. */
  onMove(listener: () => void): void;
  /**
   * What a call ended with: where it may mean that the leader has moved, that is looked up at once.
   */
  noteFault(error: unknown): void;
  close(): Promise<void>;
}
