// The system projections follow the log. Their links and their position are written in one
// transaction, so a kill neither loses nor duplicates a link. The enabled ones advance together; a
// disabled one keeps its position and catches up alone when it is enabled.
import { randomUUID } from 'node:crypto';
import type { Log } from '../log/log.js';
import type { LoggedEvent, ProposedEvent } from '../log/logged-event.js';
import { metadataStreamOf } from '../log/stream-metadata.js';
import type { Streams } from '../log/streams.js';
import type { Writer } from '../write/writer.js';
import { type Emitted, emittedFor, type ProjectionName, PROJECTIONS } from './emitted-links.js';
import { ProjectionStates, versionText } from './projection-states.js';
import { WriteFailed } from '../errors.js';

const PAGE = 500;
/** Pause after a failed write. */
const RETRY_MS = 1_000;
/** Whom the real server lets read a projected stream. */
const OPEN_TO_ALL = '{"$acl":{"$r":"$all","$mr":"$all"}}';

interface Parts {
  readonly log: Log;
  readonly streams: Streams;
  readonly writer: Writer;
  readonly nowMs: () => number;
}

export interface ProjectionProgress {
  readonly status: 'Running' | 'Stopped' | 'Aborted/Stopped';
  readonly version: number;
  /** The last examined position. */
  readonly position: number;
  readonly endOfLog: number;
}

export class SystemProjections {
  private looked: number;
  private readonly states: ProjectionStates;
  private isRunning = false;
  private isStopped = false;
  private retry: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;

  /** @param areEnabled whether this start enables all of them */
  constructor(
    private readonly parts: Parts,
    private readonly options: { readonly areEnabled: boolean },
    private readonly onFault: (fault: unknown) => void,
  ) {
    this.looked = parts.log.projected;
    this.states = new ProjectionStates(parts.log, parts.nowMs);
  }

  /** Starts to follow the log. */
  start(): void {
    this.stopListening = this.parts.writer.onCommit(() => this.advance());
    this.parts.writer
      .system(() => {
        this.states.register(this.looked > 0);
        if (this.options.areEnabled) {
          for (const name of PROJECTIONS) this.states.enable(name, this.looked);
        }
      })
      .then(
        () => this.advance(),
        (fault: unknown) => this.failed(fault),
      );
  }

  /** What is under way is still written. */
  stop(): void {
    this.isStopped = true;
    this.stopListening?.();
    clearTimeout(this.retry);
  }

  progressOf(name: ProjectionName): ProjectionProgress {
    const { isEnabled, isAborted, version, position = this.looked } = this.states.of(name);
    const stopped = isAborted ? 'Aborted/Stopped' : 'Stopped';
    const endOfLog = this.parts.log.end;
    return { status: isEnabled ? 'Running' : stopped, version, position, endOfLog };
  }

  /**
   * Resolves when it is on disk.
   *
   * @throws WriteFailed
   */
  enable(name: ProjectionName): Promise<void> {
    return this.change(() => this.states.enable(name, this.looked));
  }

  /**
   * @param isAborted whether to stop without a checkpoint
   * @throws WriteFailed
   */
  disable(name: ProjectionName, isAborted: boolean): Promise<void> {
    return this.change(() => this.states.disable(name, this.looked, isAborted));
  }

  private async change(work: () => void): Promise<void> {
    try {
      await this.parts.writer.system(work);
    } catch (error) {
      this.states.load();
      throw error;
    }
    this.advance();
  }

  private get hasMore(): boolean {
    if (this.states.behind() !== undefined) return true;
    return this.states.hasEnabled && this.looked < this.parts.log.end;
  }

  private advance(): void {
    if (this.isStopped || this.isRunning || !this.hasMore) return;
    this.isRunning = true;
    this.parts.writer
      .system(() => this.step())
      .then(
        () => {
          this.isRunning = false;
          this.advance();
        },
        (fault: unknown) => {
          this.isRunning = false;
          this.failed(fault);
        },
      );
  }

  /** The examined events were not written; retry, because a full disk may have space again. */
  private failed(fault: unknown): void {
    if (!(fault instanceof WriteFailed)) {
      this.onFault(fault);
      return;
    }
    this.looked = this.parts.log.projected;
    this.states.load();
    this.retry ??= setTimeout(() => {
      this.retry = undefined;
      this.advance();
    }, RETRY_MS);
  }

  /** One page of the log, inside the writer's transaction. */
  private step(): void {
    const behind = this.states.behind();
    if (behind !== undefined) {
      this.catchUp(behind);
      return;
    }
    // This transaction may have disabled the last one.
    if (!this.states.hasEnabled) return;
    const { log } = this.parts;
    const page = log.allForwards(this.looked + 1, PAGE);
    const emitted = this.emitFor(page, ({ by }) => this.states.of(by).isEnabled);
    const last = page.at(-1);
    if (last === undefined) return;
    this.looked = last.position;
    // After a restart its own links are examined again, which is cheaper than recording them.
    if (emitted > 0) log.projected = last.position;
  }

  /** Advances one projection alone, up to the others' position. */
  private catchUp({ name, position }: { name: ProjectionName; position: number }): void {
    const page = this.parts.log
      .allForwards(position + 1, PAGE)
      .filter((event) => event.position <= this.looked);
    this.emitFor(page, ({ by }) => by === name);
    const reached = page.at(-1)?.position ?? this.looked;
    // The others' position must be on disk before this projection uses it.
    if (reached >= this.looked) this.parts.log.projected = this.looked;
    this.states.moveTo(name, reached >= this.looked ? undefined : reached);
  }

  /** Returns the number of written links. */
  private emitFor(page: readonly LoggedEvent[], isWanted: (emitted: Emitted) => boolean): number {
    const emitted = page.flatMap(emittedFor).filter(isWanted);
    for (const event of emitted) this.emit(event);
    return emitted.length;
  }

  private emit({ by, stream, type, data, metadata }: Emitted): void {
    const { log, streams, nowMs } = this.parts;
    const head = log.head(stream);
    if (head?.isTombstoned === true) return;
    const metadataStream = metadataStreamOf(stream);
    if (head === null && log.head(metadataStream)?.isTombstoned !== true) {
      log.append(metadataStream, [proposed('$metadata', OPEN_TO_ALL)], nowMs());
      streams.forgetMetadata(stream);
    }
    const text = JSON.stringify({ $v: versionText(by, this.states.of(by).version), ...metadata });
    const link = { ...proposed(type, data, text), isJson: false };
    log.append(stream, [link], nowMs());
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
