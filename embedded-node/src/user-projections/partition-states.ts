// The states of a projection's partitions: the root's, and the others' as far as they fit in
// memory. A checkpoint writes those that changed, in streams of their own, together with the
// projection's position, so that a projection that starts there finds the states of that moment.
import { jsonOf } from '../log/json-object.js';
import type { LoggedEvent } from '../log/logged-event.js';
import type { Log } from '../log/log.js';
import type { Streams } from '../log/streams.js';
import { metadataStreamOf } from '../log/stream-metadata.js';
import type { ChangedState } from '../sandbox/protocol.js';
import type { Writer } from '../write/writer.js';
import { checkpointStream, partitionCheckpointStream } from './names.js';
import {
  isAlike,
  markOf,
  type Position,
  positionJson,
  versionText,
  type WrittenBy,
} from './position.js';
import { proposedEvent } from './proposed.js';
import { isOver, ProjectionFault, RefusedBatch } from './run-errors.js';

export interface PartitionState {
  readonly state: string | null;
  readonly result: string | null;
}

export interface StateParts {
  readonly log: Log;
  readonly streams: Streams;
  readonly writer: Writer;
}

/** Of the checkpoint; an older one serves if the newest is damaged. */
const KEPT_CHECKPOINTS = 2;
const FOR_ADMINS = { $r: '$admins', $w: '$admins', $d: '$admins', $mr: '$all', $mw: '$admins' };
const MOST_CACHED = 4_000;
const MOST_CACHED_CHARACTERS = 16 * 1024 * 1024;
const NOTHING: PartitionState = { state: null, result: null };

export class PartitionStates {
  private root = NOTHING;
  private readonly cached = new Map<string, PartitionState>();
  private readonly changed = new Set<string>();
  private changedCharacters = 0;
  private heldCharacters = 0;
  /** The position of the last checkpoint; undefined for none that fits. */
  readonly checkpoint: Position | undefined;

  /**
   * @param start a position of the projection's source; undefined while its query is unknown
   * @throws ProjectionFault for a state that cannot be read, as `of` and `peek` do
   */
  constructor(
    private readonly parts: StateParts,
    private readonly name: string,
    private readonly by: WrittenBy,
    start: Position | undefined,
  ) {
    const event = this.lastOf(checkpointStream(name));
    const mark = event && this.markOf(event);
    if (event === undefined || mark === undefined) return;
    if (start !== undefined && !isAlike(start, mark.position)) return;
    this.root = storedState(event);
    this.checkpoint = mark.position;
  }

  get count(): number {
    return this.cached.size + (this.root === NOTHING ? 0 : 1);
  }

  /** Characters of the states that the next checkpoint has to write. */
  get pending(): number {
    return this.changedCharacters;
  }

  /** Characters of all states in memory. */
  get held(): number {
    return this.heldCharacters + sizeOf(this.root);
  }

  /** What is known of a partition, from memory or from its last checkpoint. */
  of(partition: string): PartitionState {
    const known = partition === '' ? this.root : this.cached.get(partition);
    if (known !== undefined) return known;
    const state = this.peek(partition);
    this.keep(partition, state);
    return state;
  }

  /** The same for a caller who only looks: it takes no place in memory. */
  peek(partition: string): PartitionState {
    const known = partition === '' ? this.root : this.cached.get(partition);
    if (known !== undefined) return known;
    const event = this.lastOf(partitionCheckpointStream(this.name, partition));
    if (event === undefined || this.markOf(event) === undefined) return NOTHING;
    return storedState(event);
  }

  /** Partitions in memory, for the results of a query. */
  *all(): Generator<readonly [string, PartitionState]> {
    if (this.root !== NOTHING) yield ['', this.root];
    yield* this.cached;
  }

  change({ partition, state, result }: ChangedState): void {
    this.changedCharacters += sizeOf({ state, result });
    if (partition === '') {
      this.root = { state, result };
      return;
    }
    this.changed.add(partition);
    this.keep(partition, { state, result });
  }

  /**
   * Writes a checkpoint, inside a transaction of the writer.
   *
   * @throws RefusedBatch before anything is written, if a client has tombstoned a stream of it
   */
  write(position: Position): void {
    const stream = checkpointStream(this.name);
    const { writer, log } = this.parts;
    const partitions = [...this.changed].map((name) => partitionCheckpointStream(this.name, name));
    for (const written of [stream, metadataStreamOf(stream), ...partitions]) {
      if (log.head(written)?.isTombstoned === true) throw new RefusedBatch(isOver(written));
    }
    if (log.head(stream) === null) {
      const metadata = JSON.stringify({ $maxCount: KEPT_CHECKPOINTS, $acl: FOR_ADMINS });
      writer.appendWithin(metadataStreamOf(stream), [proposedEvent('$metadata', metadata)]);
    }
    const metadata = JSON.stringify({ $v: versionText(this.by), ...positionJson(position) });
    for (const partition of this.changed) {
      const event = proposedEvent('$Checkpoint', textOf(this.of(partition)), { metadata });
      writer.appendWithin(partitionCheckpointStream(this.name, partition), [event]);
    }
    const event = proposedEvent('$ProjectionCheckpoint', textOf(this.root), { metadata });
    writer.appendWithin(stream, [event]);
  }

  /** The last checkpoint is on disk. */
  written(): void {
    this.changed.clear();
    this.changedCharacters = 0;
    this.shrink();
  }

  private keep(partition: string, state: PartitionState): void {
    this.drop(partition);
    this.cached.set(partition, state);
    this.heldCharacters += sizeOf(state);
    this.shrink();
  }

  /** Least recently changed first; what no checkpoint has stays. */
  private shrink(): void {
    const fits = () =>
      this.cached.size <= MOST_CACHED && this.heldCharacters <= MOST_CACHED_CHARACTERS;
    if (fits() || this.changed.size > MOST_CACHED) return;
    for (const partition of this.cached.keys()) {
      if (!this.changed.has(partition)) this.drop(partition);
      if (fits()) return;
    }
  }

  private drop(partition: string): void {
    const state = this.cached.get(partition);
    if (state === undefined) return;
    this.cached.delete(partition);
    this.heldCharacters -= sizeOf(state);
  }

  private lastOf(stream: string): LoggedEvent | undefined {
    const view = this.parts.streams.view(stream);
    if (view === null || view.isSoftDeleted || view.head.isTombstoned) return undefined;
    return this.parts.log.eventAt(view.head, BigInt(view.head.revision));
  }

  /** Undefined for an event of another projection of this name, or of the time before a reset. */
  private markOf({ metadata }: LoggedEvent) {
    const mark = markOf(metadata);
    if (mark?.by.id !== this.by.id || mark.by.version < this.by.epoch) return undefined;
    return mark;
  }
}

/** An entry without text counts, too. */
function sizeOf({ state, result }: PartitionState): number {
  return 64 + (state?.length ?? 0) + (result?.length ?? 0);
}

/** As the real server stores it: a list of the state and its result. */
function textOf({ state, result }: PartitionState): string {
  if (state === null || state === '') return '[]';
  return result === null ? `[${state}]` : `[${state},${result}]`;
}

function storedState({ stream, data }: LoggedEvent): PartitionState {
  const stored = jsonOf(data);
  // A query may have a text as its state that is not JSON, and emits to any stream.
  if (!Array.isArray(stored)) throw new ProjectionFault(`The state in ${stream} is not valid JSON`);
  const [state, result] = stored as unknown[];
  return {
    state: state === undefined ? null : JSON.stringify(state),
    result: result === undefined ? null : JSON.stringify(result),
  };
}
