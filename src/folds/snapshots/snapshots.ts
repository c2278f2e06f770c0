// Folded state in a file beside the log. Each row has a checksum and a fold hash; the log confirms
// the snapshot's last event before use. Losing the file loses nothing else.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Folded, type FoldLimit, isWithin } from '../folding.js';
import { checksummed, contentOf, DamagedSnapshotError } from './checksum.js';
import { SnapshotFile } from './snapshot-file.js';
import { FORMAT, type SnapshotTables } from './snapshot-tables.js';

/** A state to store, with its JSON. */
export interface Draft {
  readonly folded: Folded<unknown>;
  readonly json: string;
}

/** The starting point of a fold, from the snapshots. */
export interface Beginning {
  /** Undefined: fold from the stream's start. */
  readonly base: { readonly folded: Folded<unknown>; readonly bytes: number } | undefined;
  /**
   * The next snapshot after the base, beyond the limit; undefined when the series ends at the base.
   */
  readonly next: number | undefined;
}

export interface SnapshotStore {
  beginning(foldHash: string, stream: string, limit: FoldLimit): Beginning;
  /** The command marks of a stream's events up to a revision; undefined when some are missing. */
  marksUpTo(foldHash: string, stream: string, revision: number): Uint32Array | undefined;
  /** Whether enough events have followed the last snapshot to take the next ones. */
  isDue(foldHash: string, stream: string, revision: number): boolean;
  /**
   * Extends a series, if it still ends at `after`; existing snapshots are never overwritten.
   *
   * @param after the series' last revision, −1 for none
   * @param marks of all events from there to the last draft
   */
  carryOn(
    foldHash: string,
    stream: string,
    after: number,
    drafts: readonly Draft[],
    marks: readonly number[],
  ): void;
  /** Deletes all snapshots of a stream under this fold. */
  discard(foldHash: string, stream: string): void;
}

/** Snapshots are taken in batches of this many events. */
export const BATCH = 64;
const MIN_SPACING = 16;
const MAX_SPACING = 256;
/**
 * Minimum spacing of snapshots: one event for this many bytes of JSON, so that snapshots stay
 * smaller than the log.
 */
const BYTES_PER_EVENT = 1_024;
const MARKS_PER_CHUNK = 1_024;
const MARK_BYTES = 4;
const DEFAULT_LIMIT_BYTES = 256 * 1024 * 1024;
const USE_GRAIN_MS = 3_600_000;
const FILE_NAME = 'snapshots.sqlite';
/** Favours speed: ids make up most of the content and do not compress. */
const DEFLATE = { level: 1 };

/** Number of events between a state of this size and the next snapshot. */
export function spacingAfter(bytes: number): number {
  return Math.min(MAX_SPACING, Math.max(MIN_SPACING, Math.ceil(bytes / BYTES_PER_EVENT)));
}

const nothingKept: Beginning = { base: undefined, next: undefined };

/** For callers without snapshots. */
export const noSnapshots: SnapshotStore = {
  beginning: () => nothingKept,
  marksUpTo: () => undefined,
  isDue: () => false,
  carryOn: () => undefined,
  discard: () => undefined,
};

export interface SnapshotOptions {
  /** Called once for each new fault of the file, after recovery. */
  readonly onFault: (fault: unknown) => void;
  /** For a check, which changes nothing: called when a sound file cannot be read. */
  readonly onUnread?: (fault: unknown) => void;
  readonly clock: () => number;
  /** Above this size, the least recently used series are deleted. In bytes. */
  readonly limitBytes?: number;
}

export class Snapshots implements SnapshotStore {
  private readonly file: SnapshotFile;
  private readonly limitBytes: number;

  constructor(
    dataDir: string,
    private readonly options: SnapshotOptions,
  ) {
    const { onFault, onUnread, clock } = options;
    this.file = new SnapshotFile(join(dataDir, FILE_NAME), onFault, clock, onUnread);
    this.limitBytes = options.limitBytes ?? DEFAULT_LIMIT_BYTES;
  }

  beginning(foldHash: string, stream: string, limit: FoldLimit): Beginning {
    this.noteUse(foldHash, stream);
    return this.file.attempt((tables): Beginning => {
      const series = tables.series(foldHash, stream);
      if (series === undefined) return nothingKept;
      const revision = tables.newest(series.id, {
        byRevision: limit.revision ?? Number.MAX_SAFE_INTEGER,
        byOccurrence: limit.occurredBy,
        byRecord: limit.recordedBy,
      });
      const next = tables.next(series.id, revision ?? -1);
      if (revision === undefined) return { base: undefined, next };
      const place = statePlace(foldHash, stream, revision);
      const base = opened(place, tables.snapshot(series.id, revision));
      if (!isWithin(base.folded, limit)) throw new DamagedSnapshotError(place);
      return { base, next };
    }, nothingKept);
  }

  marksUpTo(foldHash: string, stream: string, revision: number): Uint32Array | undefined {
    return this.file.attempt<Uint32Array | undefined>((tables) => {
      const series = tables.series(foldHash, stream);
      if (series === undefined) return undefined;
      const marks = new Uint32Array(revision + 1);
      for (let first = 0; first <= revision; first += MARKS_PER_CHUNK) {
        const chunk = chunkAt(tables, series.id, foldHash, stream, first);
        const wanted = Math.min(MARKS_PER_CHUNK, revision + 1 - first);
        if (chunk.length < wanted)
          throw new DamagedSnapshotError(marksPlace(foldHash, stream, first));
        marks.set(chunk.slice(0, wanted), first);
      }
      return marks;
    }, undefined);
  }

  isDue(foldHash: string, stream: string, revision: number): boolean {
    return this.file.attempt((tables) => {
      const { lastRevision = -1, lastBytes = 0 } = tables.series(foldHash, stream) ?? {};
      return revision - lastRevision >= Math.max(BATCH, spacingAfter(lastBytes));
    }, false);
  }

  carryOn(
    foldHash: string,
    stream: string,
    after: number,
    drafts: readonly Draft[],
    marks: readonly number[],
  ): void {
    const last = drafts.at(-1);
    if (last === undefined) return;
    const rows = drafts.map((draft) => rowOf(foldHash, stream, draft));
    this.file.attempt((tables) => {
      tables.transaction(() => {
        const series = tables.series(foldHash, stream);
        if ((series?.lastRevision ?? -1) !== after) return;
        const id = series?.id ?? tables.begin(foldHash, stream);
        for (const row of rows) tables.add(id, row);
        addMarks(tables, id, foldHash, stream, after + 1, marks);
        tables.end(id, last.folded.revision, last.json.length, this.hour());
      });
      let isOver = tables.bytes() > this.limitBytes;
      while (isOver) isOver = tables.discardUnused() && tables.bytes() > this.limitBytes;
    }, undefined);
  }

  discard(foldHash: string, stream: string): void {
    this.file.attempt((tables) => tables.discard(foldHash, stream), undefined);
  }

  /** The streams with snapshots of this fold, and the last snapshot's revision. */
  streams(foldHash: string): readonly { readonly stream: string; readonly lastRevision: number }[] {
    return this.file.attempt((tables) => tables.allSeries(foldHash), []);
  }

  close(): void {
    this.file.close();
  }

  /**
   * Rounded to the hour, so that reads rarely write. A separate access, because it may wait for a
   * lock.
   */
  private noteUse(foldHash: string, stream: string): void {
    const hour = this.hour();
    this.file.attempt((tables) => {
      const series = tables.series(foldHash, stream);
      if (series !== undefined && series.usedAt < hour) tables.use(series.id, hour);
    }, undefined);
  }

  private hour(): number {
    const now = this.options.clock();
    return now - (now % USE_GRAIN_MS);
  }
}

/**
 * Opens snapshots for a check: it does not count as use and creates no file. It discards a damaged
 * file alone: a full disk must not cost sound snapshots.
 */
export function openSnapshotsToCheck(
  dataDir: string,
  told: Required<Pick<SnapshotOptions, 'onFault' | 'onUnread'>>,
): Pick<Snapshots, 'streams' | 'beginning' | 'marksUpTo' | 'close'> {
  if (existsSync(join(dataDir, FILE_NAME)))
    return new Snapshots(dataDir, { ...told, clock: () => 0 });
  return { ...noSnapshots, streams: () => [], close: () => undefined };
}

/** The key that a snapshot's checksum covers besides its content. */
export const statePlace = (foldHash: string, stream: string, revision: number) =>
  [FORMAT, 'state', foldHash, stream, revision] as const;
const marksPlace = (foldHash: string, stream: string, first: number) =>
  [FORMAT, 'marks', foldHash, stream, first] as const;

function rowOf(foldHash: string, stream: string, { folded, json }: Draft) {
  const { revision, foldedRevision, eventId, chain, occurredBy, recordedBy } = folded;
  const end = JSON.stringify({ revision, foldedRevision, eventId, chain, occurredBy, recordedBy });
  const content = deflateRawSync(`{"end":${end},"state":${json}}`, DEFLATE);
  const place = statePlace(foldHash, stream, revision);
  return { revision, occurredBy, recordedBy, ...checksummed(place, content) };
}

function opened(place: ReturnType<typeof statePlace>, row: Record<string, unknown> | undefined) {
  const content = contentOf(place, row);
  try {
    const text = inflateRawSync(content).toString();
    const { end, state } = JSON.parse(text) as Stored;
    if (!isEnd(end) || state === undefined)
      throw new TypeError('The snapshot has no end or no state');
    return { folded: { ...end, chain: end.chain, state }, bytes: text.length };
  } catch (cause) {
    throw new DamagedSnapshotError(place, { cause });
  }
}

type End = Omit<Folded<unknown>, 'state'>;

interface Stored {
  readonly end?: Partial<End>;
  readonly state?: unknown;
}

function isEnd(end: Partial<End> = {}): end is End {
  const { revision, foldedRevision, occurredBy, recordedBy, eventId, chain } = end;
  return (
    [revision, foldedRevision, occurredBy, recordedBy].every(Number.isFinite) &&
    typeof eventId === 'string' &&
    (chain === undefined || typeof chain === 'string')
  );
}

function chunkAt(
  tables: SnapshotTables,
  series: number,
  foldHash: string,
  stream: string,
  first: number,
): Uint32Array {
  const row = tables.marks(series, first / MARKS_PER_CHUNK);
  const content = contentOf(marksPlace(foldHash, stream, first), row);
  return Uint32Array.from({ length: content.length / MARK_BYTES }, (_, index) =>
    content.readUInt32LE(index * MARK_BYTES),
  );
}

/** @param from revision of the first mark */
function addMarks(
  tables: SnapshotTables,
  series: number,
  foldHash: string,
  stream: string,
  from: number,
  marks: readonly number[],
): void {
  for (let added = 0; added < marks.length;) {
    const within = (from + added) % MARKS_PER_CHUNK;
    const first = from + added - within;
    const before = within === 0 ? [] : [...chunkAt(tables, series, foldHash, stream, first)];
    if (before.length !== within)
      throw new DamagedSnapshotError(marksPlace(foldHash, stream, first));
    const news = marks.slice(added, added + MARKS_PER_CHUNK - within);
    added += news.length;
    const content = Buffer.alloc((within + news.length) * MARK_BYTES);
    [...before, ...news].forEach((mark, index) => content.writeUInt32LE(mark, index * MARK_BYTES));
    const row = checksummed(marksPlace(foldHash, stream, first), content);
    tables.putMarks(series, first / MARKS_PER_CHUNK, row);
  }
}
