// A replay as an operator steers it: rebuild beside the live rows, compare, promote, roll back.
// Every method answers what became of it. Nothing here parses, prints or ends the process.
import type { Pricing } from '../domain/cart/pricing.js';
import type { ErrorPolicy } from '../projections/generation-writer.js';
import { newestOf } from '../projections/projector.js';
import { type AnyProjection, projectionFor, projectionsOf } from '../projections/registry.js';
import type { ReplayHolder } from '../read-models/replay-holder.js';
import type { RowReader } from '../read-models/row-reader.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';
import { type ComparisonOptions, differencesOf, nothingCompared, together } from './differences.js';
import { ReplayHeldError, whileReplaying } from './holder.js';
import {
  type Differences,
  type DriftRefusal,
  type DropOutcome,
  type PromotionOutcome,
  type RebuildOutcome,
  type Refusal,
  refused,
  type ReplayStatus,
  type ReplayWork,
  type RollBackOutcome,
} from './outcomes.js';
import { candidates, dropOld, promote, promotedLast, rollBack } from './promotion.js';
import { fillUpTo, rebuild } from './rebuild.js';
import type { RebuildOptions } from './rebuild-options.js';
import { promotableOf, targetsOf } from './targets.js';

export type LogSource = Pick<RebuildOptions, 'store' | 'bulkReader'>;

export interface ReplaySessionOptions {
  readonly rows: RowStore;
  /** All that it reads comes from one moment. The session closes it. */
  readonly openSnapshot: () => Promise<RowReader>;
  /**
   * Lends the log. It is asked only when something has to be rebuilt, since to connect takes time.
   */
  readonly withLog: <Result>(work: (log: LogSource) => Promise<Result>) => Promise<Result>;
  readonly pricing: Pricing;
  readonly onError: ErrorPolicy;
  readonly clock: () => number;
}

export interface RebuildChoice extends Pick<
  RebuildOptions,
  'isThrottled' | 'onProgress' | 'onWait' | 'signal'
> {
  /** Read models; without any, all, or for a promotion those that can be promoted. */
  readonly names: readonly string[];
  /** Rebuilds also what is on standby already. */
  readonly isFresh: boolean;
  /** Compares the carts also where both are of one version. */
  readonly isReportAsked: boolean;
  /** How many earlier generations of each read model are kept. */
  readonly keep: number;
  /** Before anything is promoted or dropped; if it rejects, nothing is. */
  readonly onCompared?: (differences: Differences) => Promise<void>;
}

export interface PromotionChoice extends RebuildChoice {
  readonly isDriftAccepted: boolean;
}

interface PreparedReplay extends Omit<ReplayWork, 'dropped'> {
  /** All on standby, rebuilt now or before. */
  readonly ready: readonly Generation[];
}

export class ReplaySession {
  private readonly projections: readonly AnyProjection[];
  private isHolding = false;

  constructor(private readonly options: ReplaySessionOptions) {
    this.projections = projectionsOf(options.pricing);
  }

  /** Without names, of all read models. @throws UnknownReadModelError, as every method here */
  async status(names: readonly string[]): Promise<ReplayStatus> {
    const { rows } = this.options;
    const own = namesOf(targetsOf(this.projections, names));
    const generations = (await rows.generations()).filter(({ name }) => own.includes(name));
    return { generations, ...(await this.compare(names)), skipped: await rows.skipped() };
  }

  /** What is on standby now with what is live. */
  async compare(
    names: readonly string[],
    report: ComparisonOptions['report'] = 'never',
  ): Promise<Differences> {
    const targets = targetsOf(this.projections, names);
    const standby = candidates(await this.options.rows.generations(), namesOf(targets));
    return this.differences(targets, standby, report);
  }

  /** Rebuilds what is not on standby yet, compares it, and leaves it on standby. */
  rebuild(choice: RebuildChoice): Promise<RebuildOutcome> {
    return this.exclusively(async (holder) => {
      const targets = targetsOf(this.projections, choice.names);
      const prepared = await this.prepare(targets, holder, choice);
      return { kind: 'on standby', work: await this.droppedAfter(prepared, targets, choice) };
    });
  }

  /**
   * As `rebuild`, and makes live what is on standby then, unless its rows differ without a reason.
   */
  promote(choice: PromotionChoice): Promise<PromotionOutcome> {
    return this.exclusively(async (holder): Promise<PromotionOutcome> => {
      const { rows, clock } = this.options;
      const targets = await this.promotionTargets(choice);
      const prepared = await this.prepare(targets, holder, choice);
      const drift = driftRefusal(prepared, targets, await rows.generations());
      if (drift !== null && !choice.isDriftAccepted) {
        return { ...drift, work: await this.droppedAfter(prepared, targets, choice) };
      }
      const begunAt = performance.now();
      const refusal = await promote(rows, prepared.ready, clock());
      if (refusal !== null) return refusal;
      const ms = performance.now() - begunAt;
      const work = await this.droppedAfter(prepared, targets, choice);
      return { kind: 'promoted', work, promoted: prepared.ready, ms };
    });
  }

  /**
   * Makes live again what was live before; without names, of what was promoted last. It needs
   * neither the log nor the replay's hold: an operator who rolls back is in a hurry.
   */
  async rollBack({
    names,
    isStaleAccepted,
  }: {
    readonly names: readonly string[];
    /** Also to rows that were not kept up to date. */
    readonly isStaleAccepted: boolean;
  }): Promise<RollBackOutcome> {
    const { rows, clock } = this.options;
    const targets = targetsOf(this.projections, names);
    const isAll = targets.length === newestOf(this.projections).length;
    const last = isAll ? promotedLast(await rows.generations()) : [];
    return rollBack(rows, last.length === 0 ? namesOf(targets) : last, clock(), {
      isStaleAccepted,
    });
  }

  /** Drops all generations that are not live, but for the newest on standby. */
  dropOld(names: readonly string[]): Promise<DropOutcome> {
    return this.exclusively(async () => {
      const own = namesOf(targetsOf(this.projections, names));
      return { kind: 'dropped', generations: await dropOld(this.options.rows, own, 0) };
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
    // Only rows of the very code that would rebuild them need no rebuild.
    const standby = candidates(generations, namesOf(targets)).filter(
      (one) => !choice.isFresh && projectionFor(targets, one) !== undefined,
    );
    const missing = targets.filter(({ name }) => !standby.some((one) => one.name === name));
    const { early, ...built } = await this.build(missing, holder, choice);
    const ready = [...standby, ...built.rebuilt];
    // What stands by since an earlier replay was reported by that.
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
      const options = { ...choice, ...log, rows, onError, holder, projections: missing };
      const early = await this.compareWhereLiveStopped(options, choice);
      const { generations: rebuilt, events, seconds } = await rebuild(options);
      return { rebuilt, events, seconds, early };
    });
  }

  /**
   * This build cannot keep live rows of another version or fold up to date. They are compared at
   * the position where they stopped, before the new rows go on with the log.
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
    const { pricing, clock, openSnapshot } = this.options;
    const { projections } = this;
    const rows = await openSnapshot();
    try {
      return await differencesOf(standby, { rows, projections, targets, pricing, report, clock });
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

  private async exclusively<Outcome>(
    work: (holder: ReplayHolder) => Promise<Outcome>,
  ): Promise<Outcome | Refusal<'HELD'>> {
    // The claim in the database takes an earlier one of the same process for dead.
    if (this.isHolding) return refused('HELD', 'A replay runs already in this process');
    this.isHolding = true;
    try {
      return await whileReplaying(this.options.rows, work);
    } catch (error) {
      if (error instanceof ReplayHeldError) return refused('HELD', error.message);
      throw error;
    } finally {
      this.isHolding = false;
    }
  }
}

function namesOf(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}

function reportWanted(
  { isReportAsked }: RebuildChoice,
  isRebuilt: boolean,
): ComparisonOptions['report'] {
  if (isReportAsked) return 'always';
  return isRebuilt ? 'if versions differ' : 'never';
}

/** Null where nothing is in the way of a promotion. */
function driftRefusal(
  { drift, incomparable }: Differences,
  targets: readonly AnyProjection[],
  generations: readonly Generation[],
): DriftRefusal | null {
  if (drift.some(({ unexplained }) => unexplained > 0)) {
    return refused(
      'UNEXPLAINED_DRIFT',
      'rows differ for another reason than the pricing version. Check them first',
    );
  }
  // Live carts of a version that is gone were reported on when the new ones were rebuilt.
  const unseen = incomparable.find((name) =>
    generations.some(
      (one) =>
        one.name === name &&
        one.status === 'LIVE' &&
        targets.some((target) => target.name === name && target.version === one.version),
    ),
  );
  if (unseen === undefined) return null;
  return refused(
    'INCOMPARABLE',
    `${unseen} cannot be compared with the live rows. Check what its rebuild printed first`,
  );
}
