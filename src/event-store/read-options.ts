// What a read or a subscription is asked for.

export interface ReadStreamOptions {
  /** The first revision to read; default: the stream's start, or its end when reading backwards. */
  readonly from?: number;
  readonly backwards?: boolean;
  readonly maxCount?: number;
}

export interface LogScan {
  /** A commit position; default: the log's start, or its end when reading backwards. */
  readonly from?: bigint;
  readonly backwards: boolean;
  readonly maxCount: number;
}

export interface SubscribeOptions {
  /** A commit position; the subscription starts after it. */
  readonly after: bigint | 'start' | 'end';
  /** Only streams whose names begin with one of these. */
  readonly prefixes: readonly string[] | 'all but those of the store';
  /**
   * Only events of these types, in any stream: the server applies one filter, by stream or by type.
   */
  readonly types?: readonly string[];
  /** Includes the store's own events about those streams: deletions and metadata changes. */
  readonly withStoreEvents?: boolean;
  readonly signal?: AbortSignal;
}
