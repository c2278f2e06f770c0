// An event as the log stores it. 64-bit numbers of the protocol that may exceed 2^53 (a tombstone's
// revision) are text, which the protocol's classes also accept.

export interface LoggedEvent {
  readonly position: number;
  readonly stream: string;
  readonly revision: string;
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  /** When it was written, in milliseconds since 1970. */
  readonly createdMs: number;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** The revision of a tombstone: 2^63 − 1. */
export const TOMBSTONE_REVISION = '9223372036854775807';
export const LAST_REVISION = 9_223_372_036_854_775_807n;
