// The settings of a group, and the limits that EventStoreDB checks at its creation.

export const strategies = [
  'RoundRobin',
  'DispatchToSingle',
  'Pinned',
  'PinnedByCorrelation',
] as const;
export type StrategyName = (typeof strategies)[number];

/** EventStoreDB stores an absent checkpoint interval as the greatest 32-bit number: never. */
export const neverMs = 2_147_483_647;

export type StartFrom = 'end' | bigint;

export interface GroupSettings {
  resolveLinks: boolean;
  extraStatistics: boolean;
  messageTimeoutMs: number;
  maxRetryCount: number;
  checkpointAfterMs: number;
  minCheckpointCount: number;
  maxCheckpointCount: number;
  /** 0: no limit. */
  maxSubscriberCount: number;
  liveBufferSize: number;
  readBatchSize: number;
  historyBufferSize: number;
  strategy: StrategyName;
  /** A revision, or a commit position for `$all`; inclusive. */
  startFrom: StartFrom;
  /** The prepare position beside the commit position; only reported back. */
  startPrepare?: bigint;
}

/** The stored filter of a group on `$all`. */
export interface FilterDefinition {
  on: 'stream' | 'eventType';
  regex?: string;
  prefixes?: string[];
}

export interface GroupDefinition {
  /** A stream, or `$all`. */
  source: string;
  group: string;
  settings: GroupSettings;
  filter?: FilterDefinition;
}

const highestPlace = 9_223_372_036_854_775_807n;

/** A revision or position in an event that a client may have written; undefined for other text. */
export function storedPlace(text: string): bigint | undefined {
  if (!/^\d{1,19}$/.test(text)) return undefined;
  const place = BigInt(text);
  return place <= highestPlace ? place : undefined;
}

export const allStream = '$all';

/** The subscription's name in the protocol and in its own streams. */
export function subscriptionId(definition: { source: string; group: string }): string {
  return `${definition.source}::${definition.group}`;
}

/** Why the server would refuse such a group, whether it exists or not; in the server's words. */
export function refusalOfStart(
  { source, settings }: GroupDefinition,
  endOfLog: bigint,
): string | undefined {
  const { startFrom } = settings;
  if (source === '') return 'Bad stream name.';
  if (source !== allStream || startFrom === 'end') return undefined;
  if (startFrom === 0n || startFrom < endOfLog) return undefined;
  return (
    'Invalid Start From position: commit position must be less than or equal to the last ' +
    'commit position in the transaction file.'
  );
}

/** Why the server would refuse these settings, in its words, or undefined. */
export function refusalOfSizes({ settings }: GroupDefinition): string | undefined {
  if (settings.historyBufferSize > settings.readBatchSize) return undefined;
  return (
    'Specified argument was out of the range of valid values. ' +
    "(Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')"
  );
}
