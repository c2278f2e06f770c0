// The projector's life: it takes the role, follows the log for all registered generations, and
// restarts when an operator changes them. After every commit it reports its progress to the
// listener. It does not depend on a thread.
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
  /** Default: the system's time. */
  readonly time?: Time;
}

/**
 * Minimum time between commits: a commit for each turn of the event loop would cost more than its
 * events.
 */
const PACE_MS = 5;
/** Interval of checks for a changed registry. */
const LOOK_MS = 250;
/** Average wait after a fault; the jitter is ±50 %. */
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
  /** Whether this instance projects, or follows the commits of another one. */
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

  /** Follows the log for the registered generations, until they change or an error occurs. */
  private async projectOn(): Promise<void> {
    const { rows, signal } = this.options;
    try {
      const role = await rows.holdRole(signal);
      // The previous holder of the role may have committed since these generations were loaded.
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
      // An error in it recurs at the next check of the log.
      await this.startOver(fault).catch((next: unknown) => this.noteFault(next));
    } else {
      this.noteFault(fault);
      await this.untilWorthATry(fault);
    }
  }

  /** Ends when the registry changes, or with the service. */
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

  /** Rows of earlier releases recorded only a position. */
  private async computedTo(): Promise<ComputedTo | undefined> {
    const { rows } = this.options;
    const noted = await rows.standsOn();
    if (noted !== null) return noted;
    const position = projectedTo(await rows.generations());
    return position < 0n ? undefined : { position, eventId: undefined };
  }

  /** Removes all rows, which the log no longer supports, and reads the log from its start. */
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
   * Queries continue, and operators can see the reason. An event that cannot be applied is retried
   * when an operator changes a generation, for example pauses the read model that it stops. A
   * database that is busy, full or unavailable is retried soon.
   */
  private async untilWorthATry(fault: unknown): Promise<void> {
    const { signal } = this.options;
    do {
      await delay(this.time, RETRY_MS * (0.5 + this.time.random()), signal);
    } while (!signal.aborted && isLasting(fault) && (await this.isCurrent()));
  }

  /** A failed check counts as current; the next check decides. */
  private isCurrent(): Promise<boolean> {
    return this.projector.isCurrent().catch(() => true);
  }

  private noteFault(fault: unknown): void {
    this.state = 'STOPPED';
    this.error = reasonOf(fault);
    this.tell();
  }

  /** Another instance projects now and reports each commit. */
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

/** Whether a retry can succeed only after an operator acts. */
function isLasting(fault: unknown): boolean {
  return fault instanceof ProjectionError;
}

function isRoleLost(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'RoleLostError';
}
