// The projector's life: it takes the role, follows the log for all registered generations, and
// restarts when an operator changes them. After every commit it reports its progress to the
// listener. It does not depend on a thread.
import { reasonOf } from '../errors/reason-of.js';
import { type ComputedTo, LogReplacedError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { projectedTo } from '../read-models/generations.js';
import type { Told } from '../read-models/projector-role.js';
import { runSubscription } from '../subscriptions/subscription.js';
import { delay, systemTime, type Time } from '../waiting/time.js';
import { ProjectionError } from './generation-writer.js';
import { measured } from './projection-spans.js';
import type { ProjectionState } from './projection-status.js';
import type { ToldGeneration } from './projector-progress.js';
import { type Projector, RegistryMovedError } from './projector.js';
import { type ProjectorLoopOptions, startProjector, toldGenerations } from './projector-start.js';
import { projectionFor } from './registry.js';
import { projectedPrefixes } from './shop-events.js';

/**
 * Minimum time between commits: a commit for each turn of the event loop would cost more than its
 * events.
 */
const PACE_MS = 5;
/** Interval of checks for a changed registry. */
const LOOK_MS = 250;
/** Interval of reports to the other instances, and of their checks for a changed registry. */
const BEAT_MS = 1_000;
/** Without a report for so long, the rows may be behind the log. */
const SILENT_MS = 3_500;
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
  /** Aborted when it was lost; undefined before this instance has held it. */
  private role: AbortSignal | undefined;
  private followed: bigint | undefined;
  /** Of the last report of the projecting instance, on the monotonic clock. */
  private heardAt = 0;

  private constructor(
    private readonly options: ProjectorLoopOptions,
    private projector: Projector,
  ) {
    this.time = options.time ?? systemTime;
  }

  /** Runs until the signal is aborted. */
  static async run(options: ProjectorLoopOptions): Promise<void> {
    const loop = new ProjectorLoop(options, await startProjector(options));
    await options.rows.follow((told) => loop.hear(told));
    await loop.lookUpGenerations();
    loop.tell();
    const beating = loop.beat();
    while (!options.signal.aborted) await loop.projectOn();
    await beating;
  }

  /** From another instance, which projects. */
  private hear({ position, changed, standing }: Told): void {
    if (this.isProjecting) return;
    this.followed = position;
    this.heardAt = this.time.monotonicMs();
    if (standing !== undefined) {
      this.state = standing.isLive ? 'LIVE' : 'CATCHING_UP';
      this.error = standing.error;
    }
    this.tell(changed);
  }

  /**
   * A notification can be lost with its connection, and an instance that starts later has heard
   * none. So the projecting instance also reports between commits.
   */
  private async beat(): Promise<void> {
    const { signal } = this.options;
    for (;;) {
      await delay(this.time, BEAT_MS, signal);
      if (signal.aborted) return;
      try {
        await (this.isProjecting ? this.report() : this.lookAround());
      } catch {
        // The database is unavailable, which the next commit reports; the next beat retries.
      }
    }
  }

  private report(): Promise<void> {
    const { state, error } = this;
    const standing = { isLive: state === 'LIVE', error };
    return this.options.rows.tell({ position: this.projector.checkpoint, changed: [], standing });
  }

  /** As an instance that follows another one. */
  private async lookAround(): Promise<void> {
    if (this.state === 'LIVE' && this.time.monotonicMs() - this.heardAt > SILENT_MS) {
      this.state = 'CATCHING_UP';
      this.tell();
    }
    if (await this.projector.isCurrent()) return;
    const projector = await startProjector(this.options);
    // This instance may have taken the role over meanwhile.
    if (this.isProjecting) return;
    this.projector = projector;
    await this.lookUpGenerations();
    this.tell(projector.names);
  }

  /** Follows the log for the registered generations, until they change or an error occurs. */
  private async projectOn(): Promise<void> {
    const { rows, signal } = this.options;
    try {
      // A commit may fail before the loss of the role shows, and another instance may have it now.
      if (this.role?.aborted === true) this.standBack();
      const role = await rows.holdRole(signal);
      this.role = role;
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
    const { onSpans } = this.options;
    const changed = await (onSpans === undefined
      ? this.projector.apply(batch)
      : measured(batch, () => this.projector.apply(batch), onSpans, this.time));
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

  /** Another instance projects now and reports each commit. A fault counts until it does. */
  private standBack(): void {
    if (!this.isProjecting) return;
    this.isProjecting = false;
    this.followed = undefined;
    this.heardAt = this.time.monotonicMs();
    if (this.state !== 'STOPPED') this.state = 'LIVE';
  }

  private async takeUp(): Promise<void> {
    this.projector = await startProjector(this.options);
    await this.lookUpGenerations();
    this.tell(this.projector.names);
  }

  private async lookUpGenerations(): Promise<void> {
    this.generations = await toldGenerations(this.options.rows, this.projector);
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

/** Whether a retry can succeed only after an operator acts. */
function isLasting(fault: unknown): boolean {
  return fault instanceof ProjectionError;
}

function isRoleLost(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'RoleLostError';
}
