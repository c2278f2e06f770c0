// A scavenge of a running node: it frees the disk space of the write-ahead log and reports to the
// real server's streams. Hidden events stay in the file; only the offline `scavenge` removes them.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { status } from '@grpc/grpc-js';
import { logPath } from '../log/log-file.js';
import type { ProposedEvent } from '../log/logged-event.js';
import type { Writer } from '../write/writer.js';
import { type StatusError, withTrailers } from '../wire/statuses.js';
import { StreamDeleted, WriteFailed } from '../errors.js';

const SCAVENGES = '$scavenges';

interface RunningScavenge {
  readonly id: string;
  readonly ended: Promise<void>;
}

export class OnlineScavenge {
  private running: RunningScavenge | undefined;

  constructor(
    private readonly file: DatabaseSync,
    private readonly writer: Writer,
    /** Undefined for a log in memory. */
    private readonly dataDir: string | undefined,
    private readonly onFault: (fault: unknown) => void,
  ) {}

  get runningId(): string | undefined {
    return this.running?.id;
  }

  /** Starts a scavenge and returns its id. Call it only when none is running. */
  start(): string {
    const id = randomUUID();
    const ended = this.run(id)
      .catch((error: unknown) => {
        // Every write already reports a full disk; nobody gets told in a stream that is over.
        if (error instanceof WriteFailed || error instanceof StreamDeleted) return;
        this.onFault(error);
      })
      .finally(() => (this.running = undefined));
    this.running = { id, ended };
    return id;
  }

  /**
   * Resolves with its id when the running scavenge has ended.
   *
   * @throws StatusError for another id
   */
  async stop(id: string): Promise<string> {
    const { running } = this;
    if (running === undefined || (id !== running.id && id !== 'current')) {
      throw notFound(running?.id);
    }
    await running.ended;
    return running.id;
  }

  /** Resolves when none is running. */
  async settled(): Promise<void> {
    await this.running?.ended;
  }

  private async run(scavengeId: string): Promise<void> {
    const startedMs = performance.now();
    const stream = `${SCAVENGES}-${scavengeId}`;
    await this.tell(stream, '$scavengeStarted', { scavengeId });
    const spaceSaved = this.truncateWriteAheadLog();
    const timeTaken = timeSpan(performance.now() - startedMs);
    const result = { scavengeId, result: 'Success', error: '', timeTaken, spaceSaved };
    await this.tell(stream, '$scavengeCompleted', result);
  }

  private truncateWriteAheadLog(): number {
    const before = this.writeAheadBytes();
    this.file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return Math.max(0, before - this.writeAheadBytes());
  }

  private writeAheadBytes(): number {
    if (this.dataDir === undefined) return 0;
    const wal = `${logPath(this.dataDir)}-wal`;
    return statSync(wal, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Writes an event of this scavenge, and a link to it in the stream of all scavenges. */
  private async tell(stream: string, type: string, data: object): Promise<void> {
    const text = JSON.stringify(data);
    const { revision } = await this.writer.append(stream, [event(type, text, true)], 'any');
    const link = event('$>', `${revision}@${stream}`, false);
    await this.writer.append(SCAVENGES, [link], 'any');
  }
}

function event(type: string, text: string, isJson: boolean): ProposedEvent {
  return { id: randomUUID(), type, isJson, data: Buffer.from(text), metadata: new Uint8Array() };
}

/** .NET's notation of a time span below one day. */
function timeSpan(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}

function notFound(runningId = ''): StatusError {
  return withTrailers(status.NOT_FOUND, 'Scavenge id was invalid.', {
    exception: 'scavenge-not-found',
    'scavenge-id': runningId,
  });
}
