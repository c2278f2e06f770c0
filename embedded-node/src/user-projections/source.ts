// Reads the events of a projection in the order of the log: all of it, or some of its streams.
import type { Links } from '../log/links.js';
import type { Log } from '../log/log.js';
import type { LoggedEvent } from '../log/logged-event.js';
import type { Streams } from '../log/streams.js';
import type { Position } from './position.js';

export interface SourceEvent {
  /** The event in the place that was read: a link where the event is elsewhere. */
  readonly record: LoggedEvent;
  /** Undefined for a link to nothing. */
  readonly event: LoggedEvent | undefined;
  /** The projection's position after it. */
  readonly after: Position;
}

export interface SourcePage {
  readonly events: readonly SourceEvent[];
  readonly next: Position;
  readonly isEnd: boolean;
}

export interface SourceParts {
  readonly log: Log;
  readonly streams: Streams;
  readonly links: Links;
  readonly nowMs: () => number;
}

export function readPage(parts: SourceParts, from: Position, maxCount: number): SourcePage {
  return from.kind === 'all'
    ? pageOfAll(parts, from.at, maxCount)
    : pageOfStreams(parts, from.at, maxCount);
}

function pageOfAll({ log }: SourceParts, from: number, maxCount: number): SourcePage {
  const records = log.allForwards(from + 1, maxCount);
  const events = records.map((record) => {
    const after: Position = { kind: 'all', at: record.position };
    return { record, event: record, after };
  });
  const last = records.at(-1)?.position ?? from;
  return { events, next: { kind: 'all', at: last }, isEnd: last >= log.end };
}

/** Events of one stream that the log has, and whether it has more. */
interface Supply {
  readonly stream: string;
  readonly records: readonly LoggedEvent[];
  readonly hasMore: boolean;
}

const LEAST_OF_A_STREAM = 32;

function pageOfStreams(
  parts: SourceParts,
  from: ReadonlyMap<string, number>,
  maxCount: number,
): SourcePage {
  const share = Math.max(LEAST_OF_A_STREAM, Math.ceil(maxCount / from.size));
  const supplies = [...from].map(([stream, revision]) => {
    const records = recordsOf(parts, stream, revision, share);
    return { stream, records, hasMore: records.length > 0 };
  });
  const { records, isEnd } = merged(supplies);
  let at = from;
  const events = records.map((record) => {
    at = new Map(at).set(record.stream, Number(record.revision));
    const { event } = parts.links.resolve(record, true);
    const after: Position = { kind: 'streams', at };
    return { record, event, after };
  });
  return { events, next: { kind: 'streams', at }, isEnd };
}

/** In the order of the log, as long as no stream may have an earlier event than the next one. */
function merged(supplies: readonly Supply[]): { records: LoggedEvent[]; isEnd: boolean } {
  const bounds = supplies
    .filter(({ hasMore }) => hasMore)
    .map(({ records }) => records.at(-1)?.position ?? 0);
  const bound = Math.min(...bounds);
  const records = supplies
    .flatMap((supply) => supply.records)
    .filter(({ position }) => position <= bound)
    .sort((one, other) => one.position - other.position);
  return { records, isEnd: bounds.length === 0 };
}

function recordsOf(
  { log, streams, nowMs }: SourceParts,
  stream: string,
  from: number,
  maxCount: number,
): LoggedEvent[] {
  const view = streams.view(stream);
  if (view === null || streams.isOverForReaders(stream)) return [];
  const after = BigInt(from + 1);
  let next = after > view.firstVisible ? after : view.firstVisible;
  // A page may be too old as a whole.
  while (next <= BigInt(view.head.revision)) {
    const page = log.forwards(view.head, next, maxCount);
    const visible = page.filter((event) => streams.isVisible(event, view, nowMs()));
    const last = page.at(-1);
    if (visible.length > 0 || last === undefined) return visible;
    next = BigInt(last.revision) + 1n;
  }
  return [];
}
