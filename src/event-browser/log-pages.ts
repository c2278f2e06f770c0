// Pages of the log in its own order, forwards and backwards from a place, with a bound on the work
// of one page: where few events match, a page ends early, and its cursor tells how far it got.
import type { EventStore } from '../event-store/event-store.js';
import { faultOfPlace, UnknownPlaceError } from '../event-store/log-place.js';
import { storedEventOf } from '../event-store/read-answer.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { isOfStore } from '../event-store/stream-removal.js';
import { isBeyond, type LogEntry, type LogFilter, matching } from './log-filter.js';

/** A place in the log; the revision is there for a walk through one stream. */
export interface PlaceInLog {
  /** A commit position. */
  readonly position: bigint;
  readonly revision: number | null;
}

export interface LogPageRange {
  readonly size: number;
  /** Towards the log's beginning: the last events before `before`, instead of the first ones. */
  readonly backwards: boolean;
  readonly after: PlaceInLog | null;
  readonly before: PlaceInLog | null;
}

export interface LogPage {
  /** In the log's order. */
  readonly rows: readonly StoredEvent[];
  /** How far the page reaches; beyond its events where the search examined more. */
  readonly start: PlaceInLog | null;
  readonly end: PlaceInLog | null;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Number of events that the search looked at. */
  readonly examined: number;
}

/** Called for every so many events that are examined. */
export interface ScanMeter {
  onEvent(): void;
}

/** Events that one page examines at most. */
export const MOST_EXAMINED = 20_000;
/** Passing over an event costs about a tenth of folding it. */
const EXAMINED_PER_COUNT = 10;

type Walked = Pick<EventStore, 'readStream' | 'scanAll' | 'eventAt' | 'eventIdAt' | 'headPosition'>;

export class LogPages {
  constructor(
    private readonly store: Walked,
    private readonly mostExamined = MOST_EXAMINED,
  ) {}

  /**
   * @throws StoreUnavailableError; IncompleteHistoryError for a stream that is gone for good;
   * UnknownPlaceError for a place of another log
   */
  async page(filter: LogFilter, range: LogPageRange, meter: ScanMeter): Promise<LogPage> {
    const { backwards, after, before } = range;
    const [begin, end] = backwards ? [before, after] : [after, before];
    const walk = new Walk(filter, range, this.mostExamined);
    for await (const entry of this.entries(filter, begin, backwards)) {
      if (walk.examined % EXAMINED_PER_COUNT === 0) meter.onEvent();
      if (isAtEnd(entry, end, backwards) || isBeyond(filter, entry, backwards)) {
        walk.isOver = true;
        break;
      }
      if (walk.take(entry)) break;
    }
    return pageOf(walk, filter, range);
  }

  /** One event; null where there is none. */
  async event(stream: string, revision: number): Promise<StoredEvent | null> {
    for await (const stored of this.store.readStream(stream, { from: revision, maxCount: 1 })) {
      return stored.revision === revision ? stored : null;
    }
    return null;
  }

  /** The event at a commit position that a page told; null where there is none. */
  async eventAt(position: bigint): Promise<StoredEvent | null> {
    const stored = await this.storedAt(position);
    return stored === undefined || isOfStore(stored) ? null : stored;
  }

  private async storedAt(position: bigint): Promise<StoredEvent | undefined> {
    try {
      return await this.store.eventAt(position);
    } catch (error) {
      const fault = await faultOfPlace(this.store, { position, backwards: false }, error);
      if (fault instanceof UnknownPlaceError) return undefined;
      throw fault;
    }
  }

  private entries(
    { stream }: LogFilter,
    begin: PlaceInLog | null,
    backwards: boolean,
  ): AsyncIterable<LogEntry> {
    // One more than a page may examine tells whether the log goes on.
    const maxCount = this.mostExamined + 1;
    return stream === undefined
      ? this.entriesOfLog(begin, backwards, maxCount)
      : this.entriesOfStream(stream, begin, backwards, maxCount);
  }

  private async *entriesOfLog(
    begin: PlaceInLog | null,
    backwards: boolean,
    maxCount: number,
  ): AsyncIterable<LogEntry> {
    const from = begin?.position;
    const scan = { ...(from !== undefined && { from }), backwards, maxCount };
    try {
      for await (const records of this.store.scanAll(scan)) {
        for (const record of records) yield { ...record, stored: () => storedEventOf(record) };
      }
    } catch (error) {
      if (from === undefined) throw error;
      throw await faultOfPlace(this.store, { position: from, backwards }, error);
    }
  }

  private async *entriesOfStream(
    stream: string,
    begin: PlaceInLog | null,
    backwards: boolean,
    maxCount: number,
  ): AsyncIterable<LogEntry> {
    const revision = begin?.revision ?? null;
    const from = revision === null ? undefined : revision + (backwards ? -1 : 1);
    if (from !== undefined && from < 0) return;
    const options = { ...(from !== undefined && { from }), backwards, maxCount };
    for await (const stored of this.store.readStream(stream, options)) {
      // A place of another search tells only the position.
      const isPast = backwards
        ? begin !== null && stored.position >= begin.position
        : begin !== null && stored.position <= begin.position;
      if (!isPast) yield { ...stored, stored: () => stored };
    }
  }
}

/** What one page has found and examined so far. */
class Walk {
  readonly found: StoredEvent[] = [];
  examined = 0;
  /** The log, the time or the range has ended. */
  isOver = true;
  /** The last entry that needs not be examined again. */
  reached: PlaceInLog | null = null;

  constructor(
    private readonly filter: LogFilter,
    private readonly range: LogPageRange,
    private readonly most: number,
  ) {}

  /** Whether that was enough; the entry that shows that there is more is not taken. */
  take(entry: LogEntry): boolean {
    if (this.examined === this.most) return this.stop();
    const event = isOfStore(entry) ? undefined : matching(this.filter, entry);
    if (event !== undefined && this.found.length === this.range.size) return this.stop();
    this.examined += 1;
    this.reached = placeIn(this.filter, entry);
    if (event !== undefined) this.found.push(event);
    return false;
  }

  private stop(): true {
    this.isOver = false;
    return true;
  }
}

function pageOf(
  walk: Walk,
  filter: LogFilter,
  { backwards, after, before }: LogPageRange,
): LogPage {
  const { found, reached, isOver, examined } = walk;
  const [first] = found;
  // The search goes on behind what it examined; without an event it stays where it was.
  const far = reached ?? (backwards ? before : after);
  const near = first === undefined ? far : placeIn(filter, first);
  const isMore = !isOver;
  return backwards
    ? {
        ...{ rows: found.toReversed(), examined, start: far, end: near },
        ...{ hasPreviousPage: isMore, hasNextPage: before !== null },
      }
    : {
        ...{ rows: found, examined, start: near, end: far },
        ...{ hasPreviousPage: after !== null, hasNextPage: isMore },
      };
}

/** The place of an event in a search with this filter. */
export function placeIn(
  { stream }: Pick<LogFilter, 'stream'>,
  { position, revision }: Pick<LogEntry, 'position' | 'revision'>,
): PlaceInLog {
  return { position, revision: stream === undefined ? null : revision };
}

function isAtEnd(
  { position }: Pick<LogEntry, 'position'>,
  end: PlaceInLog | null,
  backwards: boolean,
): boolean {
  if (end === null) return false;
  return backwards ? position <= end.position : position >= end.position;
}
