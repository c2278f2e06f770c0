// What the projector does from its start to its end: it holds the role, follows the log with the
// generations on record, and begins anew when an operator has changed which there are. It tells its
// listener after every commit how far the read models have come. It knows no thread.
import { reasonOf } from '../errors/reason-of.js';
import { type ComputedTo, LogReplacedError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { projectedTo } from '../read-models/generations.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';
import { type FollowedLog, runSubscription } from '../subscriptions/subscription.js';
import { delay, systemTime, type Time } from '../waiting/time.js';
import { type ErrorPolicy, ProjectionError } from './generation-writer.js';
import type { ProjectionState } from './projection-status.js';
import type { FromProjector, ToldGeneration } from './projector-progress.js';
import { Projector, RegistryMovedError } from './projector.js';
import { type AnyProjection, projectionFor } from './registry.js';
import { projectedPrefixes } from './shop-events.js';

export interface ProjectorLoopOptions {
  readonly store: FollowedLog;
  readonly rows: RowStore;
  readonly projections: readonly AnyProjection[];
  /** Default: stop. */
  readonly onError?: ErrorPolicy | undefined;
  readonly listener: (message: FromProjector) => void;
  readonly signal: AbortSignal;
  /** Default: the real one. */
  readonly time?: Time;
}

/** From one commit to the next, at least: many a turn would cost more than all that they hold. */
const PACE_MS = 5;
/** How often it is looked whether the generations on record are still the same. */
const LOOK_MS = 250;
/** How long it waits, give or take a half, after a fault. */
const RETRY_MS = 500;

export class ProjectorLoop {
  private readonly time: Time;
  private isTakenUp = true;
  private generations: readonly ToldGeneration[] = [];
  private state: ProjectionState = 'CATCHING_UP';
  private error: string | null = null;
  private isStartingOver = false;
  private applied = 0;
  private recordedAt = 0;
  /** Whether this instance projects, or follows what another one tells of its commits. */
  private isProjecting = false;
  private followed: bigint | undefined;

  private constructor(
    private readonly options: ProjectorLoopOptions,
    private projector: Projector,
  ) {
    this.time = options.time ?? systemTime;
  }

  /** Runs until the signal is aborted. */
  static async run(options: ProjectorLoopOptions): Promise<void> {
    const loop = new ProjectorLoop(options, await startProjector(options));
    await options.rows.follow(({ position, changed }) => {
      if (loop.isProjecting) return;
      loop.followed = position;
      loop.tell(changed);
    });
    await loop.lookUpGenerations();
    loop.tell();
    while (!options.signal.aborted) await loop.projectOn();
  }

  /**
   * Follows the log with the generations that are on record, until they change or something fails.
   */
  private async projectOn(): Promise<void> {
    const { rows, signal } = this.options;
    try {
      const role = await rows.holdRole(signal);
      // Whoever had the role before has come further since this was taken up.
      this.isTakenUp &&= this.isProjecting;
      this.isProjecting = true;
      if (!this.isTakenUp) await this.takeUp();
      this.isTakenUp = false;
      await this.project(role);
      if (role.aborted) this.standBack();
    } catch (fault) {
      if (!signal.aborted) await this.recover(fault);
    }
  }

  private async recover(fault: unknown): Promise<void> {
    if (isRoleLost(fault)) this.standBack();
    else if (fault instanceof LogReplacedError) {
      // What fails in it is met again at the next look at the log.
      await this.startOver(fault).catch((next: unknown) => this.noteFault(next));
    } else {
      this.noteFault(fault);
      await this.untilWorthATry(fault);
    }
  }

  /** Ends when the generations on record have changed, or with the service. */
  private async project(role: AbortSignal): Promise<void> {
    const { store, signal } = this.options;
    const moved = new AbortController();
    const ended = new AbortController();
    const looking = this.abortWhenMoved(moved, ended.signal);
    try {
      await runSubscription({
        store,
        prefixes: projectedPrefixes,
        withStoreEvents: true,
        after: this.projector.checkpoint,
        computedTo: await this.computedTo(),
        handle: (batch) => this.apply(batch),
        paceMs: PACE_MS,
        onState: (next) => this.reach(next),
        signal: AbortSignal.any([signal, moved.signal, role]),
        time: this.time,
      });
    } catch (fault) {
      if (!(fault instanceof RegistryMovedError)) throw fault;
    } finally {
      ended.abort();
      await looking;
    }
  }

  private async abortWhenMoved(moved: AbortController, ended: AbortSignal): Promise<void> {
    for (;;) {
      await delay(this.time, LOOK_MS, ended);
      if (ended.aborted) return;
      if (!(await this.projector.isCurrent().catch(() => false))) moved.abort();
    }
  }

  private reach(next: 'catching up' | 'live'): void {
    const behind = this.isStartingOver ? 'REBUILDING' : 'CATCHING_UP';
    const named = next === 'live' ? 'LIVE' : behind;
    if (named === this.state) return;
    this.state = named;
    if (named === 'LIVE') this.isStartingOver = false;
    this.error = null;
    this.tell();
  }

  private async apply(batch: readonly StoredEvent[]): Promise<void> {
    const changed = await this.projector.apply(batch);
    this.applied += batch.length;
    this.recordedAt = batch.at(-1)?.recordedAt ?? this.recordedAt;
    if (this.state === 'STOPPED') this.state = this.isStartingOver ? 'REBUILDING' : 'CATCHING_UP';
    this.error = null;
    this.tell(changed);
  }

  /** Rows from before that was noted tell only a position. */
  private async computedTo(): Promise<ComputedTo | undefined> {
    const { rows } = this.options;
    const noted = await rows.standsOn();
    if (noted !== null) return noted;
    const position = projectedTo(await rows.generations());
    return position < 0n ? undefined : { position, eventId: undefined };
  }

  /** Nothing is shown any longer that the log does not have; what it has is read from its start. */
  private async startOver({ message }: LogReplacedError): Promise<void> {
    const { rows, projections, listener } = this.options;
    const kept = (await rows.generations()).filter(
      (one) => one.status !== 'BUILDING' && projectionFor(projections, one) !== undefined,
    );
    await rows.startOver(kept);
    this.isStartingOver = true;
    this.state = 'REBUILDING';
    listener({
      type: 'notice',
      message: `${message}; an older backup of it may have been brought back. All read models are rebuilt.`,
    });
    await this.takeUp();
  }

  /**
   * Queries go on meanwhile, and operators can see why it stopped. An event that cannot be applied
   * is tried again once somebody changed a generation, such as by pausing the read model that it
   * stops; a database that is busy, full or away, before long.
   */
  private async untilWorthATry(fault: unknown): Promise<void> {
    const { signal } = this.options;
    do {
      await delay(this.time, RETRY_MS * (0.5 + this.time.random()), signal);
    } while (!signal.aborted && isLasting(fault) && (await this.isCurrent()));
  }

  /** What cannot be looked up now may be at the next look. */
  private isCurrent(): Promise<boolean> {
    return this.projector.isCurrent().catch(() => true);
  }

  private noteFault(fault: unknown): void {
    this.state = 'STOPPED';
    this.error = reasonOf(fault);
    this.tell();
  }

  /** Another instance projects now, and tells of each commit. */
  private standBack(): void {
    this.isProjecting = false;
    this.followed = undefined;
    this.state = 'LIVE';
  }

  private async takeUp(): Promise<void> {
    this.projector = await startProjector(this.options);
    await this.lookUpGenerations();
    this.tell(this.projector.names);
  }

  private async lookUpGenerations(): Promise<void> {
    const frozen = new Map(
      this.projector.frozen.map(({ generation, reason }) => [idOf(generation), reason]),
    );
    this.generations = (await this.options.rows.generations()).map((one) => ({
      name: one.name,
      generation: one.generation,
      version: one.version,
      status: one.status,
      position: String(one.checkpoint),
      frozen: frozen.get(idOf(one)) ?? null,
    }));
  }

  private tell(changed: readonly string[] = []): void {
    const { generations, state, isStartingOver, recordedAt, applied, error } = this;
    const { rebuildsDue, checkpoint } = this.projector;
    const position = String((this.isProjecting ? undefined : this.followed) ?? checkpoint);
    this.options.listener({
      type: 'progress',
      ...{ generations, rebuildsDue, state, isStartingOver, position },
      ...{ recordedAt, applied, error, changed },
    });
  }
}

function startProjector(options: ProjectorLoopOptions): Promise<Projector> {
  const { rows, projections, onError, time = systemTime } = options;
  return Projector.start(rows, projections, { clock: time.now, ...(onError && { onError }) });
}

function idOf({ name, generation }: Pick<Generation, 'name' | 'generation'>): string {
  return `${name}/${generation}`;
}

/** Whether trying again can help only after somebody has done something about it. */
function isLasting(fault: unknown): boolean {
  return fault instanceof ProjectionError;
}

function isRoleLost(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'RoleLostError';
}
