// The list of the streams that a projection has emitted to, kept in a stream of its own if the
// projection was created so. Deleting the projection can then delete them.
import { TOMBSTONE_REVISION } from '../log/logged-event.js';
import type { Log } from '../log/log.js';
import type { Streams } from '../log/streams.js';
import type { Writer } from '../write/writer.js';
import { emittedStreamsStream } from './names.js';
import { proposedEvent } from './proposed.js';
import { isOver, RefusedBatch } from './run-errors.js';

interface TrackingParts {
  readonly log: Log;
  readonly streams: Streams;
  readonly writer: Writer;
}

const PAGE = 500;

export class EmittedStreams {
  private known: Set<string> | undefined;

  constructor(
    private readonly parts: TrackingParts,
    private readonly name: string,
  ) {}

  /**
   * Notes streams, inside a transaction of the writer.
   *
   * @throws RefusedBatch before anything is written, if a client has tombstoned the list
   */
  track(streams: readonly string[]): void {
    this.known ??= new Set(this.all());
    const list = emittedStreamsStream(this.name);
    for (const stream of streams) {
      if (this.known.has(stream)) continue;
      if (this.parts.log.head(list)?.isTombstoned === true) throw new RefusedBatch(isOver(list));
      this.known.add(stream);
      const event = proposedEvent('$StreamTracked', stream, { isJson: false });
      this.parts.writer.appendWithin(list, [event]);
    }
  }

  /** Call it after a rollback. */
  forget(): void {
    this.known = undefined;
  }

  *all(): Generator<string> {
    const view = this.parts.streams.view(emittedStreamsStream(this.name));
    if (view === null || view.isSoftDeleted || view.head.isTombstoned) return;
    for (let next = view.firstVisible; ;) {
      const page = this.parts.log.forwards(view.head, next, PAGE);
      for (const { data } of page) yield Buffer.from(data).toString('utf8');
      const last = page.at(-1);
      if (last === undefined || last.revision === TOMBSTONE_REVISION) return;
      next = BigInt(last.revision) + 1n;
    }
  }
}
