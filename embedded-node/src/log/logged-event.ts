// An event as the log holds it. Numbers that the protocol carries as 64 bits are kept as text where
// they may pass 2^53 (a tombstone's revision does), since text is also what the wire's classes
// take.

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
