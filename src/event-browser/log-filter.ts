// Which events of the log a reader asks for. All conditions that are given hold at once.
import type { StoredEvent } from '../event-store/stored-event.js';

export interface LogFilter {
  /** The part of the stream's name before the hyphen. */
  readonly category?: string;
  readonly stream?: string;
  readonly types?: ReadonlySet<string>;
  readonly correlationId?: string;
  /** Recorded then or later, in milliseconds since 1970. */
  readonly recordedFrom?: number;
  /** Recorded before. */
  readonly recordedBefore?: number;
}

/** What an event says of itself before its content is decoded. */
export type LogEntry = Pick<
  StoredEvent,
  'stream' | 'type' | 'revision' | 'position' | 'recordedAt'
> & { stored(): StoredEvent };

/** The whole name for a stream without a hyphen. */
export function categoryOf(stream: string): string {
  const end = stream.indexOf('-');
  return end < 0 ? stream : stream.slice(0, end);
}

/** The event if it is one of those; it is decoded only where everything else fits. */
export function matching(filter: LogFilter, entry: LogEntry): StoredEvent | undefined {
  const { stream, category, types, correlationId } = filter;
  if (stream !== undefined && entry.stream !== stream) return undefined;
  if (category !== undefined && categoryOf(entry.stream) !== category) return undefined;
  if (types !== undefined && !types.has(entry.type)) return undefined;
  if (!isInTime(filter, entry)) return undefined;
  const stored = entry.stored();
  const { $correlationId } = stored.metadata;
  return correlationId === undefined || $correlationId === correlationId ? stored : undefined;
}

function isInTime({ recordedFrom, recordedBefore }: LogFilter, { recordedAt }: LogEntry): boolean {
  return (
    (recordedFrom === undefined || recordedAt >= recordedFrom) &&
    (recordedBefore === undefined || recordedAt < recordedBefore)
  );
}

/** The clock of a new leader may be a little behind that of the one before. */
const CLOCK_SLACK_MS = 60_000;

/** Whether a walk has left the filter's time for good. */
export function isBeyond(
  { recordedFrom, recordedBefore }: LogFilter,
  { recordedAt }: Pick<LogEntry, 'recordedAt'>,
  backwards: boolean,
): boolean {
  return backwards
    ? recordedFrom !== undefined && recordedAt < recordedFrom - CLOCK_SLACK_MS
    : recordedBefore !== undefined && recordedAt >= recordedBefore + CLOCK_SLACK_MS;
}
