// The system projections follow the log on their own. Their links and how far they have come are written
// in one transaction, so that a kill neither loses a link nor doubles one.
import { randomUUID } from 'node:crypto';
import { type Emitted, emittedFor } from './emitted-links.js';
import type { Log } from '../log/log.js';
import type { ProposedEvent } from '../log/logged-event.js';
import { metadataStreamOf } from '../log/stream-metadata.js';
import type { Streams } from '../log/streams.js';
import { WriteFailed, type Writer } from '../write/writer.js';

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

  private emit({ stream, type, data, metadata }: Emitted): void {
    const head = this.log.head(stream);
    if (head?.isTombstoned === true) return;
    if (head === null) {
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
