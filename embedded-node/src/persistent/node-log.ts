// The node's log for persistent subscriptions: visible events in order, and writes that need no
// permission, because the node itself makes them.
import { randomUUID } from 'node:crypto';
import type { Links, Resolved } from '../log/links.js';
import type { Log } from '../log/log.js';
import { TOMBSTONE_REVISION, type LoggedEvent } from '../log/logged-event.js';
import type { Streams } from '../log/streams.js';
import type { Writer } from '../write/writer.js';
import type { EventLog, NewEvent, EventPage } from './ports.js';
import { StreamDeleted, WrongExpectedVersion } from '../errors.js';

const nothing = new Uint8Array();
const tombstoneRevision = BigInt(TOMBSTONE_REVISION);

function none(next: bigint): EventPage {
  return { events: [], next };
}

export interface LogParts {
  log: Log;
  streams: Streams;
  writer: Writer;
  links: Links;
  nowMs: () => number;
}

export class NodeLog implements EventLog {
  readonly #parts: LogParts;

  constructor(parts: LogParts) {
    this.#parts = parts;
  }

  readStream(stream: string, from: bigint, maxCount: number, isLive = false): EventPage {
    const { log, streams, nowMs } = this.#parts;
    if (streams.isOverForReaders(stream)) {
      return isLive ? this.#readRest(stream, from, maxCount) : { ...none(from), isOver: true };
    }
    const view = streams.view(stream);
    if (!view) return none(from);
    const first = from > view.firstVisible ? from : view.firstVisible;
    const read = log.forwards(view.head, first, maxCount);
    const last = read.at(-1);
    return {
      events: read.filter((event) => streams.isVisible(event, view, nowMs())),
      next: last ? BigInt(last.revision) + 1n : from,
    };
  }

  /** The rest of a tombstoned stream for a live reader, including the tombstone. */
  #readRest(stream: string, from: bigint, maxCount: number): EventPage {
    const head = this.#parts.log.head(stream);
    if (!head || from > tombstoneRevision) return none(from);
    const events = this.#parts.log.forwards(head, from, maxCount);
    const last = events.at(-1);
    return { events, next: last ? BigInt(last.revision) + 1n : from };
  }

  readAll(from: bigint, maxCount: number): EventPage {
    const events = this.#parts.log.allForwards(Number(from), maxCount);
    const last = events.at(-1);
    return { events, next: last ? BigInt(last.position) + 1n : from };
  }

  isStart(position: bigint): boolean {
    const { log } = this.#parts;
    return position === 0n || position > BigInt(log.end) || log.isPosition(Number(position));
  }

  nextRevision(stream: string): bigint {
    const head = this.#parts.log.head(stream);
    if (head?.isTombstoned) return tombstoneRevision + 1n;
    return BigInt((head?.revision ?? -1) + 1);
  }

  end(): bigint {
    return BigInt(this.#parts.log.end) + 1n;
  }

  resolve(event: LoggedEvent, resolveLinks: boolean): Resolved {
    return this.#parts.links.resolve(event, resolveLinks);
  }

  async append(stream: string, { metadata = nothing, ...event }: NewEvent): Promise<void> {
    const proposed = { id: randomUUID(), metadata, ...event };
    await this.#parts.writer.append(stream, [proposed], 'any');
  }

  async deleteStream(stream: string): Promise<void> {
    try {
      await this.#parts.writer.softDelete(stream, 'any');
    } catch (error) {
      // A stream that never existed or was tombstoned needs no deletion.
      if (error instanceof WrongExpectedVersion || error instanceof StreamDeleted) return;
      throw error;
    }
  }

  onCommit(listener: () => void): () => void {
    return this.#parts.writer.onCommit(listener);
  }
}
