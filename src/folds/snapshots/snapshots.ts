// Folded state kept in a file beside the log. Each row has a checksum and belongs to one fold hash;
// a reader confirms in the log the event at which it ends. All of it may be lost.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Folded, FoldLimit } from '../folding.js';
import { checksummed, contentOf, DamagedSnapshotError } from './checksum.js';
import { SnapshotFile } from './snapshot-file.js';
import { FORMAT, type SnapshotTables } from './snapshot-tables.js';

/** A state that is worth keeping, with its size as JSON. */
export interface Draft {
  readonly folded: Folded<unknown>;
  readonly json: string;
}

/** Where a fold begins, as far as snapshots can tell. */
export interface Beginning {
  /** Undefined: at the stream's start. */
  readonly base: { readonly folded: Folded<unknown>; readonly bytes: number } | undefined;
  /** The next snapshot after that, which is beyond the limit; undefined: the series ends here. */
  readonly next: number | undefined;
}

export interface SnapshotStore {
  beginning(foldHash: string, stream: string, limit: FoldLimit): Beginning;
  /**
   * The command marks of a stream's events up to a revision; undefined if they are not all there.
   */
  marksUpTo(foldHash: string, stream: string, revision: number): Uint32Array | undefined;
  /**
   * Whether so many events have come since the last snapshot that the next ones should be taken.
   */
  isDue(foldHash: string, stream: string, revision: number): boolean;
  /**
   * Carries a series on, if it still ends there: nothing is ever put down beside what is there.
   * @param after the series' last revision, −1 for none
   * @param marks of every event from there to the last draft
   */
  carryOn(
    foldHash: string,
    stream: string,
    after: number,
    drafts: readonly Draft[],
    marks: readonly number[],
  ): void;
  /** Forgets all that is kept of a stream under this fold. */
  discard(foldHash: string, stream: string): void;
}

/** So many events are folded again at most before snapshots of them are taken. */
export const BATCH = 64;
const MIN_SPACING = 16;
const MAX_SPACING = 256;
/**
 * For so much of a state's JSON there is an event to it, so that snapshots stay smaller than the
 * log.
 */
const BYTES_PER_EVENT = 1_024;
const MARKS_PER_CHUNK = 1_024;
const MARK_BYTES = 4;
const DEFAULT_LIMIT_BYTES = 256 * 1024 * 1024;
const USE_GRAIN_MS = 3_600_000;
const FILE_NAME = 'snapshots.sqlite';
/** Favours speed: identifiers are most of what does not compress. */
const DEFLATE = { level: 1 };

/** How many events lie between a state of this size and the next that is kept. */
export function spacingAfter(bytes: number): number {
  return Math.min(MAX_SPACING, Math.max(MIN_SPACING, Math.ceil(bytes / BYTES_PER_EVENT)));
}

const nothingKept: Beginning = { base: undefined, next: undefined };

/** For whoever does without. */
export const noSnapshots: SnapshotStore = {
  beginning: () => nothingKept,
  marksUpTo: () => undefined,
  isDue: () => false,
  carryOn: () => undefined,
  discard: () => undefined,
};

export interface SnapshotOptions {
  /** Told once of each fault of the file, which it has then got over. */
  readonly onFault: (fault: unknown) => void;
  readonly clock: () => number;
  /** Beyond this, the series that nobody has used for longest go. */
  readonly limitBytes?: number;
}

export class Snapshots implements SnapshotStore {
  private readonly file: SnapshotFile;
  private readonly limitBytes: number;

  constructor(
    dataDir: string,
    private readonly options: SnapshotOptions,
  ) {
    this.file = new SnapshotFile(join(dataDir, FILE_NAME), options.onFault, options.clock);
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

  /** The streams that this fold has snapshots of, with the last one's revision. */
  streams(foldHash: string): readonly { readonly stream: string; readonly lastRevision: number }[] {
    return this.file.attempt((tables) => tables.allSeries(foldHash), []);
  }

  close(): void {
    this.file.close();
  }

  /**
   * To the hour, so that reading does not write all the time; and apart, for it may have to wait.
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

/** For a look that counts as no use of them, and that makes no file where there is none. */
export function openSnapshotsToCheck(
  dataDir: string,
  onFault: (fault: unknown) => void,
): Pick<Snapshots, 'streams' | 'beginning' | 'marksUpTo' | 'close'> {
  if (existsSync(join(dataDir, FILE_NAME))) {
    return new Snapshots(dataDir, { onFault, clock: () => 0 });
  }
  return { ...noSnapshots, streams: () => [], close: () => undefined };
}

function isWithin(
  { revision, occurredBy, recordedBy }: Folded<unknown>,
  limit: FoldLimit,
): boolean {
  return (
    revision <= (limit.revision ?? Infinity) &&
    occurredBy <= (limit.occurredBy ?? Infinity) &&
    recordedBy <= (limit.recordedBy ?? Infinity)
  );
}

/** What a snapshot's checksum covers besides its content. */
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
    if (!isEnd(end) || state === undefined) throw new TypeError('It has no end or no state');
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

/** @param from the revision of the first of these marks */
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
