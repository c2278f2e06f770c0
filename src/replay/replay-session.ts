// An operator's replay: rebuild beside the live rows, compare, promote, roll back. Every method
// returns an outcome. This module does not parse, print or end the process.
import type { Pricing } from '../domain/cart/pricing.js';
import type { ErrorPolicy } from '../projections/generation-writer.js';
import { newestOf } from '../projections/projector.js';
import { type AnyProjection, projectionFor, projectionsOf } from '../projections/registry.js';
import type { ReplayHolder } from '../read-models/replay-holder.js';
import type { RowReader } from '../read-models/row-reader.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';
import { systemTime, type Time } from '../waiting/time.js';
import { type ComparisonOptions, differencesOf, nothingCompared, together } from './differences.js';
import { ReplayHeldError, whileReplaying } from './holder.js';
import {
  type Differences,
  type DropOutcome,
  type PromotionOutcome,
  type RebuildOutcome,
  type Refusal,
  refused,
  type ReplayStatus,
  type ReplayWork,
  type RollBackOutcome,
} from './outcomes.js';
import {
  candidates,
  driftRefusal,
  dropNew,
  dropOld,
  promote,
  promotedLast,
  rollBack,
  type RollBackOptions,
} from './promotion.js';
import { fillUpTo, rebuild } from './rebuild.js';
import type { RebuildOptions } from './rebuild-options.js';
import { namesOf, promotableOf, targetsOf } from './targets.js';

export type LogSource = Pick<RebuildOptions, 'store' | 'bulkReader'>;

export interface ReplaySessionOptions {
  readonly rows: RowStore;
  /** Opens a snapshot: all its reads see one moment. The session closes it. */
  readonly openSnapshot: () => Promise<RowReader>;
  /** Opens the log. Called only when something must be rebuilt, because connecting takes time. */
  readonly withLog: <Result>(work: (log: LogSource) => Promise<Result>) => Promise<Result>;
  readonly pricing: Pricing;
  readonly onError: ErrorPolicy;
  /** Called when a caller has asked, anywhere, to stop the replay that runs here. */
  readonly onStopAsked?: () => void;
  readonly time?: Time;
}

export interface RebuildChoice extends Pick<
  RebuildOptions,
  'isThrottled' | 'onProgress' | 'onWait' | 'signal'
> {
  /** Names of read models. Empty: all of them, or for a promotion those that can be promoted. */
  readonly names: readonly string[];
  /** Whether to rebuild read models that are already on standby. */
  readonly isFresh: boolean;
  /** Whether to compare the carts even when both have the same version. */
  readonly isReportAsked: boolean;
  /** Number of earlier generations to keep for each read model. */
  readonly keep: number;
  /** Called before anything is promoted or dropped; a rejection stops both. */
  readonly onCompared?: (differences: Differences) => Promise<void>;
  /** Runs the work, while no other replay can run; default: only that. */
  readonly whileHeld?: <Outcome extends RebuildOutcome | PromotionOutcome>(
    holder: ReplayHolder,
    work: () => Promise<Outcome>,
  ) => Promise<Outcome>;
}

export interface PromotionChoice extends RebuildChoice {
  readonly isDriftAccepted: boolean;
}

interface PreparedReplay extends Omit<ReplayWork, 'dropped'> {
  /** All standby generations, from this replay or an earlier one. */
  readonly ready: readonly Generation[];
}

export class ReplaySession {
  private readonly projections: readonly AnyProjection[];
  private readonly time: Time;
  private isHolding = false;

  constructor(private readonly options: ReplaySessionOptions) {
    this.projections = projectionsOf(options.pricing);
    this.time = options.time ?? systemTime;
  }

  /**
   * Without names, the status of all read models.
   *
   * @throws UnknownReadModelError, as every method here
   */
  async status(names: readonly string[]): Promise<ReplayStatus> {
    const { rows } = this.options;
    const own = namesOf(targetsOf(this.projections, names));
    const generations = (await rows.generations()).filter(({ name }) => own.includes(name));
    return { generations, ...(await this.compare(names)), skipped: await rows.skipped() };
  }

  /** Compares standby generations with live ones. */
  async compare(
    names: readonly string[],
    report: ComparisonOptions['report'] = 'never',
  ): Promise<Differences> {
    const targets = targetsOf(this.projections, names);
    const standby = candidates(await this.options.rows.generations(), namesOf(targets));
    return this.differences(targets, standby, report);
  }

  /** Rebuilds everything that is not on standby, compares it and leaves it on standby. */
  rebuild(choice: RebuildChoice): Promise<RebuildOutcome> {
    return this.held(choice, async (holder): Promise<RebuildOutcome> => {
      const targets = targetsOf(this.projections, choice.names);
      const prepared = await this.prepare(targets, holder, choice);
      return { kind: 'on standby', work: await this.droppedAfter(prepared, targets, choice) };
    });
  }

  /** As `rebuild`, then promotes, unless rows have unexplained differences. */
  promote(choice: PromotionChoice): Promise<PromotionOutcome> {
    return this.held(choice, async (holder): Promise<PromotionOutcome> => {
      const { rows } = this.options;
      const targets = await this.promotionTargets(choice);
      const prepared = await this.prepare(targets, holder, choice);
      const drift = driftRefusal(prepared, targets, await rows.generations());
      if (drift !== null && !choice.isDriftAccepted) {
        return { ...drift, work: await this.droppedAfter(prepared, targets, choice) };
      }
      const begunAt = this.time.monotonicMs();
      const refusal = await promote(rows, prepared.ready, this.time.now());
      if (refusal !== null) return refusal;
      const ms = this.time.monotonicMs() - begunAt;
      const work = await this.droppedAfter(prepared, targets, choice);
      return { kind: 'promoted', work, promoted: prepared.ready, ms };
    });
  }

  /**
   * Makes the previously live generations live again; without names, those of the last promotion.
   * It needs neither the log nor the replay lock: an operator who rolls back is in a hurry.
   */
  async rollBack({
    names,
    ...options
  }: RollBackOptions & { readonly names: readonly string[] }): Promise<RollBackOutcome> {
    const { rows } = this.options;
    const targets = targetsOf(this.projections, names);
    const isAll = targets.length === newestOf(this.projections).length;
    const last = isAll ? promotedLast(await rows.generations()) : [];
    const rolledBack = last.length === 0 ? namesOf(targets) : last;
    return rollBack(rows, rolledBack, this.time.now(), options);
  }

  /** Drops all generations that are not live, except the newest standby ones. */
  dropOld(names: readonly string[]): Promise<DropOutcome> {
    return this.exclusively(async () => {
      const own = namesOf(targetsOf(this.projections, names));
      return { kind: 'dropped', generations: await dropOld(this.options.rows, own, 0) };
    });
  }

  /** Drops all generations after the live ones, also what a stopped rebuild has left. */
  dropNew(names: readonly string[]): Promise<DropOutcome> {
    return this.exclusively(async () => {
      const own = namesOf(targetsOf(this.projections, names));
      return { kind: 'dropped', generations: await dropNew(this.options.rows, own) };
    });
  }

  private async promotionTargets(choice: PromotionChoice): Promise<readonly AnyProjection[]> {
    const targets = targetsOf(this.projections, choice.names);
    const isAll = choice.names.length === 0 && !choice.isFresh && !choice.isReportAsked;
    return isAll ? promotableOf(targets, await this.options.rows.generations()) : targets;
  }

  private async prepare(
    targets: readonly AnyProjection[],
    holder: ReplayHolder,
    choice: RebuildChoice,
  ): Promise<PreparedReplay> {
    const generations = await this.options.rows.generations();
    // A rebuild can be skipped only for rows of exactly the code that would make them.
    const standby = candidates(generations, namesOf(targets)).filter(
      (one) => !choice.isFresh && projectionFor(targets, one) !== undefined,
    );
    const missing = targets.filter(({ name }) => !standby.some((one) => one.name === name));
    const { early, ...built } = await this.build(missing, holder, choice);
    const ready = [...standby, ...built.rebuilt];
    // An earlier replay has reported its own standby generations.
    const report = reportWanted(choice, missing.length > 0);
    const differences = together(early, await this.differences(targets, ready, report));
    await choice.onCompared?.(differences);
    return { ...built, ...differences, ready };
  }

  private async build(
    missing: readonly AnyProjection[],
    holder: ReplayHolder,
    choice: RebuildChoice,
  ) {
    const { withLog, rows, onError } = this.options;
    if (missing.length === 0) return { rebuilt: [], events: 0, seconds: 0, early: nothingCompared };
    return withLog(async (log) => {
      const { time } = this;
      const options = { ...choice, ...log, rows, onError, holder, projections: missing, time };
      const early = await this.compareWhereLiveStopped(options, choice);
      const { generations: rebuilt, events, seconds } = await rebuild(options);
      return { rebuilt, events, seconds, early };
    });
  }

  /**
   * This build cannot update live rows of another version or fold hash. They are compared at the
   * position where they stopped, before the new rows continue.
   */
  private async compareWhereLiveStopped(
    options: RebuildOptions,
    choice: RebuildChoice,
  ): Promise<Differences> {
    const stopped = (await options.rows.generations())
      .filter((one) => one.status === 'LIVE' && projectionFor(this.projections, one) === undefined)
      .filter(({ name }) => options.projections.some((target) => target.name === name));
    let all = nothingCompared;
    for (const position of new Set(stopped.map(({ checkpoint }) => checkpoint))) {
      const names = namesOf(stopped.filter(({ checkpoint }) => checkpoint === position));
      const targets = options.projections.filter(({ name }) => names.includes(name));
      const filled = await fillUpTo({ ...options, projections: targets }, position);
      const found = await this.differences(targets, filled, reportWanted(choice, true));
      all = {
        drift: [...all.drift, ...found.drift],
        incomparable: [...all.incomparable, ...found.incomparable],
        report: found.report ?? all.report,
      };
    }
    return all;
  }

  private async differences(
    targets: readonly AnyProjection[],
    standby: readonly Generation[],
    report: ComparisonOptions['report'],
  ): Promise<Differences> {
    const { pricing, openSnapshot } = this.options;
    const { projections } = this;
    const now = this.time.now();
    const rows = await openSnapshot();
    try {
      return await differencesOf(standby, { rows, projections, targets, pricing, report, now });
    } finally {
      await rows.close();
    }
  }

  private async droppedAfter(
    { ready: _, ...work }: PreparedReplay,
    targets: readonly AnyProjection[],
    { keep }: RebuildChoice,
  ): Promise<ReplayWork> {
    return { ...work, dropped: await dropOld(this.options.rows, namesOf(targets), keep) };
  }

  private held<Outcome extends RebuildOutcome | PromotionOutcome>(
    { whileHeld = (_holder, work) => work() }: RebuildChoice,
    work: (holder: ReplayHolder) => Promise<Outcome>,
  ): Promise<Outcome | Refusal<'HELD'>> {
    return this.exclusively((holder) => whileHeld(holder, () => work(holder)));
  }

  private async exclusively<Outcome>(
    work: (holder: ReplayHolder) => Promise<Outcome>,
  ): Promise<Outcome | Refusal<'HELD'>> {
    // The lock in the database would consider an earlier holder in the same process dead.
    if (this.isHolding) return refused('HELD', 'A replay is already running in this process');
    this.isHolding = true;
    try {
      const { rows, onStopAsked } = this.options;
      return await whileReplaying(rows, work, { onStopAsked, time: this.time });
    } catch (error) {
      if (error instanceof ReplayHeldError) return refused('HELD', error.message);
      throw error;
    } finally {
      this.isHolding = false;
    }
  }
}

function reportWanted(
  { isReportAsked }: RebuildChoice,
  isRebuilt: boolean,
): ComparisonOptions['report'] {
  if (isReportAsked) return 'always';
  return isRebuilt ? 'if versions differ' : 'never';
}
