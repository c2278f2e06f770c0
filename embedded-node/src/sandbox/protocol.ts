// What crosses the border of a sandbox: plain data, as JSON text in both directions.

/** What a query declares: which events it wants, and how their states are kept and shown. */
export interface SourceDefinition {
  allStreams: boolean;
  categories: string[];
  streams: string[];
  allEvents: boolean;
  events: string[];
  byStreams: boolean;
  byCustomPartitions: boolean;
  definesStateTransform: boolean;
  producesResults: boolean;
  definesFold: boolean;
  handlesDeletedNotifications: boolean;
  includeLinks: boolean;
  reorderEvents: boolean;
  processingLag: number | null;
  resultStreamName: string | null;
  partitionResultStreamNamePattern: string | null;
  isBiState: boolean;
}

/** An event as its handler sees it; the bodies are parsed only when a handler looks at them. */
export interface RawEvent {
  readonly streamId: string;
  readonly sequenceNumber: number;
  readonly eventType: string;
  readonly eventId: string;
  readonly isJson: boolean;
  readonly bodyRaw: string | null;
  readonly metadataRaw: string | null;
  readonly linkMetadataRaw: string | null;
  readonly category: string | null;
  partition: string;
}

/** A stream of the projection's partitions has ended. */
export interface DeletedPartition {
  readonly deleted: true;
  readonly partition: string;
}

export type Input = RawEvent | DeletedPartition;

export interface Batch {
  readonly events: readonly Input[];
  /** The stored states of the partitions in the batch; null for a new one. */
  readonly states: Readonly<Record<string, string | null>>;
}

/** An event that a handler emits; its extra metadata are JSON texts. */
export interface EmittedByHandler {
  /** Index in the batch of the event that caused it. */
  readonly cause: number;
  readonly stream: string;
  readonly type: string;
  readonly data: string;
  readonly isJson: boolean;
  readonly metadata: Readonly<Record<string, string>> | null;
}

/** A partition whose result changed at an event of the batch; null when the result is gone. */
export interface ChangedResult {
  readonly cause: number;
  readonly partition: string;
  readonly result: string | null;
}

/** The state of a partition after the batch, as JSON; null for none. */
export interface ChangedState {
  readonly partition: string;
  readonly state: string | null;
  readonly result: string | null;
}

export interface BatchOutcome {
  readonly states: readonly ChangedState[];
  readonly results: readonly ChangedResult[];
  readonly emitted: readonly EmittedByHandler[];
}

/** Why a sandbox could not do what it was asked. */
export interface SandboxFailure {
  readonly kind: 'threw' | 'time' | 'memory' | 'crashed';
  readonly message: string;
}

/** The sandbox has ended: what it knew is lost. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly kind: SandboxFailure['kind'];

  constructor({ kind, message }: SandboxFailure) {
    super(message);
    this.kind = kind;
  }
}

export interface SandboxLimits {
  /** CPU time of one call, in milliseconds. */
  readonly executionMs: number;
  readonly compilationMs: number;
  /** Of the engine with all that the query has, from `ENGINE_BYTES` on. */
  readonly memoryBytes: number;
}

/** Characters of why a projection failed: a query may throw megabytes, and each list tells them. */
export const LONGEST_REASON = 10_000;

/** What an engine has reserved when it starts. */
export const ENGINE_BYTES = 16 * 1024 * 1024;

/** The real server's times; its projections have no bound of memory. */
export const LIMITS: SandboxLimits = {
  executionMs: 250,
  compilationMs: 500,
  memoryBytes: 96 * 1024 * 1024,
};
