// The system projections: streams of links by category, event type, correlation, and of all streams.
// They follow the log on their own; links and how far they have come are written in one transaction,
// so that a kill neither loses a link nor doubles one.
import { randomUUID } from 'node:crypto';
import type { Log } from './log.js';
import type { LoggedEvent, ProposedEvent } from './logged-event.js';
import { DELETED_TB, metadataOf, metadataStreamOf } from './stream-metadata.js';
import type { Streams } from './streams.js';
import { WriteFailed, type Writer } from './writer.js';

/** An event to be put into a projected stream. */
interface Emitted {
  readonly stream: string;
  readonly type: '$>' | '$@';
  /** A link's target as `revision@stream`, or the name of a stream. */
  readonly data: string;
  readonly cause: LoggedEvent;
}

const PAGE = 500;
/** How long to wait after a write that failed. */
const RETRY_MS = 1_000;
/** Whom the real server lets read a projected stream. */
const OPEN_TO_ALL = '{"$acl":{"$r":"$all","$mr":"$all"}}';

export class SystemProjections {
  private looked: number;
  private isRunning = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly stopListening: () => void;

  constructor(
    private readonly log: Log,
    private readonly streams: Streams,
    private readonly writer: Writer,
    private readonly nowMs: () => number,
    private readonly onFault: (fault: unknown) => void,
  ) {
    this.looked = log.projected;
    this.stopListening = writer.onCommit(() => this.advance());
    this.advance();
  }

  /** How far they have come. */
  get position(): number {
    return this.looked;
  }

  stop(): void {
    this.stopListening();
    clearTimeout(this.retry);
  }

  private advance(): void {
    if (this.isRunning || this.looked >= this.log.end) return;
    this.isRunning = true;
    this.writer
      .system(() => this.step())
      .then(
        () => {
          this.isRunning = false;
          this.advance();
        },
        (fault: unknown) => {
          this.isRunning = false;
          if (fault instanceof WriteFailed) this.advanceLater();
          else this.onFault(fault);
        },
      );
  }

  /** What was looked at has not been written: a disk that was full may have room again. */
  private advanceLater(): void {
    this.looked = this.log.projected;
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      this.advance();
    }, RETRY_MS);
  }

  /** One page of the log, inside the writer's transaction. */
  private step(): void {
    const page = this.log.allForwards(this.looked + 1, PAGE);
    const emitted = page.flatMap(emittedFor);
    for (const event of emitted) this.emit(event);
    const last = page.at(-1);
    if (last === undefined) return;
    this.looked = last.position;
    // Its own links are passed over again after a restart; that is cheaper than to keep count of them.
    if (emitted.length > 0) this.log.projected = last.position;
  }

  private emit({ stream, type, data, cause }: Emitted): void {
    const metadata = JSON.stringify({
      $v: '1:-1:1:4',
      $c: cause.position,
      $p: cause.position,
      $o: cause.stream,
      $causedBy: cause.id,
    });
    if (this.log.head(stream) === null) {
      this.log.append(metadataStreamOf(stream), [proposed('$metadata', OPEN_TO_ALL)], this.nowMs());
      this.streams.forgetMetadata(stream);
    }
    const link = { ...proposed(type, data, metadata), isJson: false };
    this.log.append(stream, [link], this.nowMs());
  }
}

function proposed(type: string, data: string, metadata = ''): ProposedEvent {
  return {
    id: randomUUID(),
    type,
    isJson: true,
    data: Buffer.from(data),
    metadata: Buffer.from(metadata),
  };
}

/** Everything that one event of the log puts into projected streams. */
export function emittedFor(event: LoggedEvent): Emitted[] {
  const { stream, revision } = event;
  const isMetadata = stream.startsWith('$$');
  if (stream.startsWith('$') && !isMetadata) return [];
  const data = `${revision}@${stream}`;
  const link = (to: string): Emitted => ({ stream: to, type: '$>', data, cause: event });
  const emitted: Emitted[] = [];
  if (revision === '0') emitted.push(link('$streams'));
  const category = categoryOf(isMetadata ? stream.slice(2) : stream);
  if (category !== undefined && (!isMetadata || isSoftDelete(event))) {
    emitted.push(link(`$ce-${category}`));
  }
  if (isMetadata) return emitted;
  if (category !== undefined && revision === '0') {
    emitted.push({ stream: `$category-${category}`, type: '$@', data: stream, cause: event });
  }
  emitted.push(link(`$et-${event.type}`));
  const correlation = correlationOf(event);
  if (correlation !== undefined) emitted.push(link(`$bc-${correlation}`));
  return emitted;
}

/** What stands before the first hyphen; system streams have none. */
function categoryOf(stream: string): string | undefined {
  const hyphen = stream.indexOf('-');
  return hyphen > 0 && !stream.startsWith('$') ? stream.slice(0, hyphen) : undefined;
}

function isSoftDelete(event: LoggedEvent): boolean {
  return event.type === '$metadata' && metadataOf(event).truncateBefore === DELETED_TB;
}

function correlationOf({ metadata }: LoggedEvent): string | undefined {
  if (metadata.length === 0) return undefined;
  try {
    const json: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'));
    if (typeof json !== 'object' || json === null || !('$correlationId' in json)) return undefined;
    return typeof json.$correlationId === 'string' ? json.$correlationId : undefined;
  } catch (error) {
    // Metadata may be any bytes.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
