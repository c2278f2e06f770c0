// Appends what a projection emits. The metadata of each event keeps the position that caused it. So
// a projection that starts again at an older checkpoint reads the end of each stream that it emits
// to, and leaves out what is there already. A stream has one projection that emits to it.
import type { Log } from '../log/log.js';
import { isMetadataStream, metadataStreamOf } from '../log/stream-metadata.js';
import type { Streams } from '../log/streams.js';
import type { Writer } from '../write/writer.js';
import type { EventCause } from './incoming-events.js';
import {
  isAlike,
  isAtOrBefore,
  markOf,
  type Position,
  positionJson,
  versionText,
  type WrittenBy,
} from './position.js';
import { proposedEvent } from './proposed.js';
import { isOver } from './run-errors.js';

export interface Emission {
  readonly stream: string;
  readonly type: string;
  readonly data: string;
  readonly isJson: boolean;
  /** Extra metadata as JSON texts. */
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly cause: EventCause;
  /** A stream that gets a link to this event. */
  readonly linkedFrom?: string;
  /** Its streams are the projection's own by their names, so its user needs no right to write. */
  readonly isOwn?: boolean;
}

interface EmitterParts {
  readonly log: Log;
  readonly streams: Streams;
  readonly writer: Writer;
}

interface KnownStream {
  readonly revision: number;
  /** What was caused up to here was there when the projection started. */
  readonly there: Position;
  /** The stream is the projection's from the next event on: new, deleted before, or reset. */
  readonly isNew: boolean;
}

/** Number of streams whose ends stay in memory. */
const MOST_KNOWN = 50_000;
/** What the projection's mark consists of; an event's own metadata cannot change it. */
const RESERVED: ReadonlySet<string> = new Set(['$v', '$c', '$p', '$s', '$causedBy']);
/** Whom the real server lets read a system stream that a projection emits to. */
const OPEN_TO_ALL = { $r: '$all', $mr: '$all' };

export class Emitter {
  private known = new Map<string, KnownStream>();

  constructor(
    private readonly parts: EmitterParts,
    private readonly by: WrittenBy,
    private readonly start: Position,
    private readonly mayWrite: (stream: string) => boolean,
  ) {}

  /** Why the projection must not emit to a stream; undefined if it may. */
  refusalOf(stream: string, isOwn: boolean): string | undefined {
    if (!isOwn && !this.mayWrite(stream)) return `Access to the stream '${stream}' is denied`;
    const known = this.knownOf(stream);
    return typeof known === 'string' ? known : undefined;
  }

  /**
   * Why streams must not be emitted to in this order: the first event of a new one brings metadata
   * of the stream, whose own stream is then no longer the projection's alone.
   *
   * @param taken streams that something else writes to in the same transaction
   */
  refusalOfAll(streams: Iterable<string>, taken: readonly string[]): string | undefined {
    const written = new Set(taken);
    for (const stream of streams) {
      if (written.has(stream)) return this.writtenFromOutside(stream);
      const known = this.knownOf(stream);
      if (typeof known === 'string' || !known.isNew || isMetadataStream(stream)) continue;
      const claimed = metadataStreamOf(stream);
      if (this.isMetadataOver(claimed)) return isOver(claimed);
      written.add(claimed);
    }
    return undefined;
  }

  /**
   * Appends, inside a transaction of the writer. Each stream, and all of them together, must have
   * been asked for their refusal.
   *
   * @returns the positions in the log of what was appended for each of them
   */
  append(emissions: readonly Emission[]): number[][] {
    const positions = emissions.map((emission) => {
      const written = this.appendOne(emission);
      if (written === undefined) return [];
      const { linkedFrom } = emission;
      if (linkedFrom === undefined) return [written.position];
      const data = `${written.revision}@${emission.stream}`;
      const link = { ...emission, stream: linkedFrom, type: '$>', data, isJson: false };
      const linked = this.appendOne(link);
      return linked === undefined ? [written.position] : [written.position, linked.position];
    });
    // Not amid a batch: what is read anew must be from before it.
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    return positions;
  }

  /** Call it after a rollback. */
  forget(): void {
    this.known.clear();
  }

  private appendOne(emission: Emission) {
    const { stream, type, data, isJson, cause } = emission;
    const known = this.knownOf(stream);
    if (typeof known === 'string') throw new Error(known);
    if (isAtOrBefore(cause.position, known.there)) return undefined;
    if (known.isNew && !isMetadataStream(stream)) this.claim(stream, known.revision + 1);
    const event = proposedEvent(type, data, { isJson, metadata: this.metadataOf(emission) });
    const { position } = this.parts.writer.appendWithin(stream, [event]);
    const revision = known.revision + 1;
    this.known.set(stream, { ...known, revision, isNew: false });
    return { revision, position: position ?? 0 };
  }

  private knownOf(stream: string): KnownStream | string {
    const head = this.parts.log.head(stream);
    if (head?.isTombstoned === true || this.isMetadataOver(stream)) return isOver(stream);
    const revision = head?.revision ?? -1;
    const known = this.known.get(stream);
    if (known?.revision === revision) return known;
    const found = this.found(stream, revision);
    if (typeof found !== 'string') this.known.set(stream, found);
    return found;
  }

  private isMetadataOver(stream: string): boolean {
    return isMetadataStream(stream) && this.parts.streams.isOverForWriters(stream);
  }

  private found(stream: string, revision: number): KnownStream | string {
    const view = this.parts.streams.view(stream);
    const isVisible = view !== null && BigInt(view.head.revision) >= view.firstVisible;
    if (!isVisible || view.isSoftDeleted) return { revision, there: this.start, isNew: true };
    const last = this.parts.log.eventAt(view.head, BigInt(revision));
    const mark = last && markOf(last.metadata);
    const { id, epoch } = this.by;
    if (mark === undefined) return this.writtenFromOutside(stream);
    if (mark.by.id !== id) {
      return `Multiple projections emitting to the same stream detected.  Stream: '${stream}'. Last event projection: '${mark.by.id}'.  Emitting projection: '${id}'`;
    }
    if (epoch > mark.by.version) return { revision, there: this.start, isNew: true };
    const { position } = mark;
    if (!isAlike(position, this.start)) {
      return `The '${stream}' stream has events of another source of the projection. Reset the projection.`;
    }
    return { revision, there: position, isNew: false };
  }

  private writtenFromOutside(stream: string): string {
    return `The '${stream}' stream managed by projection ${this.by.id} has been written to from the outside.`;
  }

  /** As the real server does: what was in the stream before is hidden. */
  private claim(stream: string, firstRevision: number): void {
    const metadata = JSON.stringify({
      ...(firstRevision > 0 && { $tb: firstRevision }),
      $acl: stream.startsWith('$') ? OPEN_TO_ALL : {},
    });
    const event = proposedEvent('$metadata', metadata);
    this.parts.writer.appendWithin(metadataStreamOf(stream), [event]);
  }

  private metadataOf({ metadata, cause }: Emission): string {
    const own = Object.entries(metadata ?? {})
      .filter(([name]) => !RESERVED.has(name))
      .map(([name, text]) => [name, JSON.parse(text) as unknown] as const);
    const { eventId, correlationId, position } = cause;
    return JSON.stringify({
      $v: versionText(this.by),
      ...positionJson(position),
      ...(correlationId && { $correlationId: correlationId }),
      ...Object.fromEntries(own),
      ...(eventId !== '' && { $causedBy: eventId }),
    });
  }
}
