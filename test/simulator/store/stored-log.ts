// The log of the simulated store: all events in their order, and each stream's own. Unlike a real
// one it can be cut: a new leader may lack the last events, and then they have never been.
import {
  type ProposedEvent,
  TOMBSTONE_REVISION,
} from '../../../embedded-node/src/log/logged-event.js';
import { Entry } from './entry.js';

/** From one event's position to the next one's, as in the embedded node. */
export const POSITION_STEP = 64;

/** The events of one stream; an event's index is its revision. */
export interface StreamEntries {
  readonly entries: Entry[];
  tombstone: Entry | undefined;
}

export class StoredLog {
  readonly entries: Entry[] = [];
  private readonly streams = new Map<string, StreamEntries>();

  /** The position of the last event; 0 for an empty log. */
  get end(): number {
    return this.entries.length * POSITION_STEP;
  }

  stream(name: string): StreamEntries | undefined {
    return this.streams.get(name);
  }

  append(stream: string, events: readonly ProposedEvent[], createdMs: number): void {
    const { entries } = this.written(stream);
    for (const event of events) {
      const revision = String(entries.length);
      entries.push(this.add(stream, revision, event, createdMs));
    }
  }

  tombstone(stream: string, event: ProposedEvent, createdMs: number): void {
    const written = this.written(stream);
    written.tombstone = this.add(stream, TOMBSTONE_REVISION, event, createdMs);
  }

  /** Takes away all events behind a position, and answers them. */
  cutTo(position: number): readonly Entry[] {
    const cut = this.entries.splice(position / POSITION_STEP);
    for (const { stream, revision } of cut.toReversed()) {
      const written = this.written(stream);
      if (revision === TOMBSTONE_REVISION) written.tombstone = undefined;
      else written.entries.pop();
      const isEmpty = written.entries.length === 0 && written.tombstone === undefined;
      if (isEmpty) this.streams.delete(stream);
    }
    return cut;
  }

  private written(stream: string): StreamEntries {
    const known = this.streams.get(stream);
    if (known !== undefined) return known;
    const written: StreamEntries = { entries: [], tombstone: undefined };
    this.streams.set(stream, written);
    return written;
  }

  private add(stream: string, revision: string, event: ProposedEvent, createdMs: number): Entry {
    const position = this.end + POSITION_STEP;
    const entry = new Entry(position, stream, revision, createdMs, event);
    this.entries.push(entry);
    return entry;
  }
}
