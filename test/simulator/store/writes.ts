// What the leader does with a write: EventStoreDB's rules of expectations, of repetitions by event
// ids, of soft deletes and tombstones. It judges by all that it has written, also by what no other
// node has yet; readers see that later.
import {
  DELETED_TB,
  isMetadataStream,
  metadataStreamOf,
} from '../../../embedded-node/src/log/stream-metadata.js';
import { jsonObjectOf } from '../../../embedded-node/src/log/json-object.js';
import type { ProposedEvent } from '../../../embedded-node/src/log/logged-event.js';
import type { Expectation } from '../../../embedded-node/src/write/expectation.js';
import { StreamDeleted, WrongExpectedVersion } from '../../../embedded-node/src/errors.js';
import type { StoreFlaw } from './cluster.js';
import type { Entry } from './entry.js';
import { LogView, subjectOf } from './log-view.js';
import { POSITION_STEP, type StoredLog } from './stored-log.js';

export interface ProposedAppend {
  readonly stream: string;
  readonly events: readonly ProposedEvent[];
  readonly expected: Expectation;
}

export interface Accepted {
  /** Of the last event; 0 for an append of nothing to an absent stream. */
  readonly revision: number;
  /** Null for a repetition of what can no longer be seen. */
  readonly position: number | null;
  /**
   * It may be answered when the log is committed up to here. A repetition waits for what it repeats:
   * https://github.com/kurrent-io/KurrentDB/pull/1915
   */
  readonly through: number;
  readonly isRepetition: boolean;
}

/** What it needs besides the log. */
export interface WriteSources {
  readonly nowMs: () => number;
  readonly newId: () => string;
  readonly flaw?: StoreFlaw | undefined;
}

const NO_BYTES = new Uint8Array();

export class Writes {
  private emptyAt = 0;
  private emptyCount = 0;

  constructor(
    private readonly log: StoredLog,
    private readonly sources: WriteSources,
  ) {}

  /** @throws WrongExpectedVersion, StreamDeleted */
  append({ stream, events, expected }: ProposedAppend): Accepted {
    const { log, sources } = this;
    const view = new LogView(log, log.end, sources.nowMs());
    const repeated = repetitionOrNew(view, { stream, events, expected }, sources.flaw);
    if (repeated !== 'new') return repeated;
    const count = view.countOf(stream);
    const subject = isMetadataStream(stream) ? subjectOf(stream) : undefined;
    const wasDeleted = subject !== undefined && view.isSoftDeleted(subject);
    const position = this.write(stream, events);
    // Metadata that is set on a soft-deleted stream does not bring its events back.
    if (subject !== undefined && wasDeleted) this.truncate(subject, view.countOf(subject));
    // The first write after a soft delete is seen, and nothing from before it.
    else if (view.isSoftDeleted(stream)) this.truncate(stream, count);
    const revision = Math.max(0, count + events.length - 1);
    return { revision, position, through: this.log.end, isRepetition: false };
  }

  /** Hides all events of a stream. @throws WrongExpectedVersion, StreamDeleted */
  softDelete(stream: string, expected: Expectation): Accepted {
    const view = this.viewForWriting(stream, expected);
    const isThere = view.isThere(stream) || view.hasMetadata(stream);
    if (!isThere || !meets(view, stream, expected)) throw wrong(view, stream, expected);
    this.setMetadata(stream, `{"$tb":${DELETED_TB}}`);
    return this.accepted(view.countOf(stream) - 1);
  }

  /** Ends a stream for ever. @throws WrongExpectedVersion, StreamDeleted */
  tombstone(stream: string, expected: Expectation): Accepted {
    const view = this.viewForWriting(stream, expected);
    if (!meets(view, stream, expected)) throw wrong(view, stream, expected);
    const event = { ...this.storeEvent('$streamDeleted', ''), isJson: false };
    this.log.tombstone(stream, event, this.sources.nowMs());
    return this.accepted(view.countOf(stream) - 1);
  }

  private viewForWriting(stream: string, expected: Expectation): LogView {
    const { log, sources } = this;
    const view = new LogView(log, log.end, sources.nowMs());
    demandWritable(view, stream, expected);
    return view;
  }

  private write(stream: string, events: readonly ProposedEvent[]): number {
    if (events.length === 0) return this.placeOfNothing();
    this.log.append(stream, events, this.sources.nowMs());
    return this.log.end;
  }

  /** An append of nothing has a place of its own, behind all events and before the next. */
  private placeOfNothing(): number {
    const { end } = this.log;
    if (this.emptyAt !== end) this.emptyCount = 0;
    this.emptyAt = end;
    this.emptyCount = Math.min(this.emptyCount + 1, POSITION_STEP - 1);
    return end + this.emptyCount;
  }

  private accepted(revision: number): Accepted {
    const { end } = this.log;
    return { revision, position: end, through: end, isRepetition: false };
  }

  /** What else the metadata says stays as it is. */
  private truncate(stream: string, firstVisible: number): void {
    const event = new LogView(this.log, this.log.end, 0).metadataEvent(stream);
    const json = event && jsonObjectOf(event.data);
    if (json !== undefined) {
      this.setMetadata(stream, JSON.stringify({ ...json, $tb: firstVisible }));
    }
  }

  private setMetadata(stream: string, json: string): void {
    const events = [this.storeEvent('$metadata', json)];
    this.log.append(metadataStreamOf(stream), events, this.sources.nowMs());
  }

  private storeEvent(type: string, json: string): ProposedEvent {
    const data = Buffer.from(json, 'utf8');
    return { id: this.sources.newId(), type, isJson: true, data, metadata: NO_BYTES };
  }
}

/**
 * What a node that has the log as far as `view` makes of an append.
 * @throws WrongExpectedVersion, StreamDeleted
 */
export function repetitionOrNew(
  view: LogView,
  proposed: ProposedAppend,
  flaw?: StoreFlaw,
): Accepted | 'new' {
  const { stream, events, expected } = proposed;
  demandWritable(view, stream, expected);
  const repeated = flaw === 'forgets event ids' ? undefined : repetitionOf(view, proposed);
  if (repeated === 'partly') throw wrong(view, stream, expected);
  if (repeated !== undefined) return repeated;
  if (flaw === 'ignores expectations') return 'new';
  if (!meets(view, stream, expected, events.length === 0)) throw wrong(view, stream, expected);
  return 'new';
}

function demandWritable(view: LogView, stream: string, expected: Expectation): void {
  const isDeleted = expected === 'exists' && view.isSoftDeleted(stream);
  if (isDeleted || view.isOverForWriters(stream)) throw new StreamDeleted(stream);
}

function wrong(view: LogView, stream: string, expected: Expectation): WrongExpectedVersion {
  const current = view.isThere(stream) ? view.countOf(stream) - 1 : null;
  return new WrongExpectedVersion(stream, expected, current);
}

/** @param isEmpty of an append of nothing, which does not bring a soft-deleted stream back */
function meets(view: LogView, stream: string, expected: Expectation, isEmpty = false): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'exists':
      return view.isThere(stream) || view.hasMetadata(stream);
    case 'no stream':
      return !view.isThere(stream) || (view.isSoftDeleted(stream) && !isEmpty);
    default:
      return view.isThere(stream) && BigInt(view.countOf(stream) - 1) === expected.revision;
  }
}

/** Only ids are compared. 'partly': some of it was written before, and not all. */
function repetitionOf(
  view: LogView,
  { stream, events, expected }: ProposedAppend,
): Accepted | 'partly' | undefined {
  if (events.length === 0 || !view.isThere(stream)) return undefined;
  const isExact = typeof expected === 'object' || expected === 'no stream';
  const found = isExact
    ? rightBehind(view, stream, events, expected)
    : anywhere(view, stream, events);
  if (found[0] === undefined) return undefined;
  const last = found.at(-1);
  if (last === undefined || found.includes(undefined)) return 'partly';
  const { position } = last;
  const revision = Number(last.revision);
  const isHidden = BigInt(revision) < view.firstVisible(stream);
  return { revision, position: isHidden ? null : position, through: position, isRepetition: true };
}

/** What an exact expectation names would lie right behind it. */
function rightBehind(
  view: LogView,
  stream: string,
  events: readonly ProposedEvent[],
  expected: 'no stream' | { readonly revision: bigint },
): readonly (Entry | undefined)[] {
  const first = expected === 'no stream' ? 0n : expected.revision + 1n;
  if (first >= BigInt(view.countOf(stream))) return [undefined];
  return events.map(({ id }, index) => {
    const entry = view.entryAt(stream, Number(first) + index);
    return entry?.id === id ? entry : undefined;
  });
}

/**
 * The real server looks only among the events that it remembers, its newest ones; all of a simulated
 * log is new.
 */
function anywhere(
  view: LogView,
  stream: string,
  events: readonly ProposedEvent[],
): readonly (Entry | undefined)[] {
  const written = view.log.stream(stream)?.entries ?? [];
  return events.map(({ id }) => written.find((entry) => entry.id === id));
}
