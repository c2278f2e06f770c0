// `cartograph replay`: rebuilds read models beside the running ones, shows in money what changed,
// swaps and swaps back. It reaches nothing that acts on the outside.
import type { Config } from '../../service/config.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { isOutdated, newestOf } from '../../projections/projector.js';
import { type AnyProjection, projectionFor, projectionsOf } from '../../projections/registry.js';
import type { ReplayHolder, RowStore } from '../../read-models/row-store.js';
import type { Generation } from '../../read-models/table.js';
import type { Drift } from '../../replay/drift.js';
import { whileReplaying } from '../../replay/holder.js';
import { candidates, dropOld, promote } from '../../replay/promotion.js';
import type { ImpactReport } from '../../replay/report/impact-report.js';
import { demandReportPlace, writeReport } from '../../replay/report/report-file.js';
import { terminalText } from '../../replay/report/terminal.js';
import { CommandFailure, EXIT } from '../exit.js';
import { wholeNumber } from '../whole-number.js';
import { print } from '../output.js';
import { withRows } from '../read-model-rows.js';
import type { Built } from './replay-building.js';
import { driftText, incomparableText } from './replay-output.js';
import { compare, type Compared, type ReplayScope } from './replay-scope.js';
import { dropEarlier, goBack, tellStatus } from './replay-upkeep.js';

export interface ReplayCommandOptions {
  readonly promote: boolean;
  readonly rollback: boolean;
  readonly report?: string;
  readonly force: boolean;
  readonly acceptDrift: boolean;
  readonly fresh: boolean;
  readonly keep: string;
  readonly dropOld: boolean;
  readonly fullSpeed: boolean;
  readonly workers: string;
  readonly status: boolean;
  readonly json: boolean;
}

const MOST_KEPT = 20;
const MOST_WORKERS = 1;

export async function runReplay(
  config: Config,
  names: readonly string[],
  options: ReplayCommandOptions,
): Promise<number> {
  if (options.report !== undefined) {
    await demandReportPlace({ path: options.report, force: options.force });
  }
  const bounds = {
    keep: wholeNumber('--keep', options.keep, MOST_KEPT),
    workers: wholeNumber('--workers', options.workers, MOST_WORKERS),
  };
  const projections = projectionsOf(await loadPricing(config.pricingRules));
  const targets = chosen(projections, names);
  const isReportAsked = options.report !== undefined;
  if (isReportAsked && !targets.some(({ name }) => name === 'cart')) {
    throw new CommandFailure(EXIT.usage, 'A report is about carts: replay them too');
  }
  const isThrottled = !options.fullSpeed;
  const scope = { config, projections, targets, isReportAsked, isThrottled };
  // Neither needs the log, nor waits for a replay that runs: who goes back is in a hurry.
  if (options.status) return withRows(config, (rows) => tellStatus(scope, rows, options));
  if (options.rollback) return withRows(config, (rows) => goBack(scope, rows, options));
  if (options.dropOld) {
    return withRows(config, (rows) =>
      whileReplaying(rows, () => dropEarlier(scope, rows, options)),
    );
  }
  const isNarrowed = options.promote && names.length === 0 && !options.fresh && !isReportAsked;
  return withRows(config, (rows) =>
    whileReplaying(rows, async (holder) => {
      const meant = isNarrowed ? await promotable(rows, targets) : targets;
      return new Replay({ ...scope, targets: meant }, options, bounds).run(rows, holder);
    }),
  );
}

/** Without names a promotion is of what stands by or has to be rebuilt; of all where nothing is. */
async function promotable(
  rows: RowStore,
  targets: readonly AnyProjection[],
): Promise<readonly AnyProjection[]> {
  const generations = await rows.generations();
  const standing = candidates(
    generations,
    targets.map(({ name }) => name),
  );
  const meant = targets.filter(
    (target) =>
      standing.some(({ name }) => name === target.name) ||
      generations.some((one) => isOutdated(one, target)),
  );
  return meant.length === 0 ? targets : meant;
}

/** The newest version of each read model that is named; of all, where none is. */
function chosen(
  projections: readonly AnyProjection[],
  names: readonly string[],
): readonly AnyProjection[] {
  const newest = newestOf(projections);
  const unknown = names.find((name) => !newest.some((projection) => projection.name === name));
  if (unknown !== undefined) {
    const known = newest.map(({ name }) => name).join(', ');
    throw new CommandFailure(EXIT.usage, `There is no read model ${unknown}; there are ${known}`);
  }
  return names.length === 0 ? newest : newest.filter(({ name }) => names.includes(name));
}

/** What a run did, for `--json`. */
interface Outcome {
  readonly rebuilt: readonly { readonly name: string; readonly generation: number }[];
  readonly events: number;
  readonly seconds: number;
  readonly drift: readonly Drift[];
  readonly incomparable: readonly string[];
  readonly reportId: string | null;
  readonly promoted: readonly string[];
  readonly dropped: number;
}

const NOTHING_BUILT: Built = {
  generations: [],
  events: 0,
  seconds: 0,
  early: { drift: [], incomparable: [], report: null },
};

type Differences = Pick<Outcome, 'drift' | 'incomparable'>;

class Replay {
  private readonly names: readonly string[];

  constructor(
    private readonly scope: ReplayScope,
    private readonly options: ReplayCommandOptions,
    private readonly bounds: {
      /** How many earlier generations. */
      readonly keep: number;
      /** Threads beside this one. */
      readonly workers: number;
    },
  ) {
    this.names = scope.targets.map(({ name }) => name);
  }

  async run(rows: RowStore, holder: ReplayHolder): Promise<number> {
    const standing = this.options.fresh ? [] : this.standing(await rows.generations());
    const missing = this.scope.targets.filter(
      ({ name }) => !standing.some((one) => one.name === name),
    );
    const built = await this.build(rows, holder, missing);
    const ready = [...standing, ...built.generations];
    // Who promotes what stands by has had the report, and is in a hurry.
    const withReport = missing.length > 0 || this.scope.isReportAsked;
    const now = await compare(this.scope, ready, { withReport });
    const report = built.early.report ?? now.report;
    if (report !== null) await this.show(report);
    const compared = together(built.early, now);
    await this.sayCompared(compared);
    const reason = this.options.promote ? this.refusal(compared, await rows.generations()) : null;
    const promoted = this.options.promote && reason === null ? await this.swap(rows, ready) : [];
    const dropped = await dropOld(rows, this.names, this.bounds.keep);
    const outcome: Outcome = {
      rebuilt: built.generations.map(({ name, generation }) => ({ name, generation })),
      events: built.events,
      seconds: built.seconds,
      ...compared,
      reportId: report?.id ?? null,
      promoted,
      dropped: dropped.length,
    };
    await this.tell(outcome, reason);
    return reason === null ? EXIT.done : EXIT.no;
  }

  /** What an earlier run left standing by, made by the code that would build it now. */
  private standing(generations: readonly Generation[]): Generation[] {
    return candidates(generations, this.names).filter(
      (one) => projectionFor(this.scope.targets, one) !== undefined,
    );
  }

  /** Only this needs the log, and what speaks with it takes a while to load. */
  private async build(
    rows: RowStore,
    holder: ReplayHolder,
    missing: readonly AnyProjection[],
  ): Promise<Built> {
    if (missing.length === 0) return NOTHING_BUILT;
    const { build } = await import('./replay-building.js');
    const { withExistingStore } = await import('../with-store.js');
    const { LogReader } = await import('../../event-store/log-reader.js');
    const { config } = this.scope;
    return withExistingStore(config, (store, { connectionString }) => {
      const bulk = this.bounds.workers > 0 && { bulkReader: new LogReader(connectionString) };
      return build(this.scope, { rows, store, holder, ...bulk }, missing);
    });
  }

  private async show(report: ImpactReport): Promise<void> {
    await this.say(terminalText(report));
    const { report: path, force } = this.options;
    if (path === undefined) return;
    await writeReport({ path, force }, report);
    await this.say(`Written to ${path}`);
  }

  private async sayCompared({ drift, incomparable }: Differences): Promise<void> {
    for (const one of drift) await this.say(driftText(one));
    for (const name of incomparable) await this.say(incomparableText(name));
  }

  /** Why it is not promoted; null when nothing is in the way. */
  private refusal(
    { drift, incomparable }: Differences,
    generations: readonly Generation[],
  ): string | null {
    if (this.options.acceptDrift) return null;
    if (drift.some(({ unexplained }) => unexplained > 0)) {
      return 'rows differ for which no other version of the pricing is the reason. Look into them';
    }
    // Served carts of a version that is gone were reported on when the new ones were built.
    const unseen = incomparable.find((name) =>
      generations.some(
        (one) =>
          one.name === name &&
          one.status === 'LIVE' &&
          this.scope.targets.some(
            (target) => target.name === name && target.version === one.version,
          ),
      ),
    );
    if (unseen === undefined) return null;
    return `${unseen} cannot be compared with what is served. Look at what it said when it was rebuilt`;
  }

  private async swap(rows: RowStore, ready: readonly Generation[]): Promise<string[]> {
    const begunAt = performance.now();
    await promote(rows, ready, Date.now());
    const ms = (performance.now() - begunAt).toFixed(0);
    await this.say(`${ready.map(({ name }) => name).join(', ')}: promoted in ${ms} ms`);
    return ready.map(({ name }) => name);
  }

  private async tell(outcome: Outcome, refusal: string | null): Promise<void> {
    if (this.options.json) {
      await print(JSON.stringify({ ...outcome, refusal }));
      return;
    }
    const { events, seconds, rebuilt, promoted } = outcome;
    if (rebuilt.length > 0) {
      const rate = Math.round(events / Math.max(seconds, 0.001)).toLocaleString('en-GB');
      await print(
        `Rebuilt ${rebuilt.map(({ name, generation }) => `${name} (generation ${generation})`).join(', ')}: ${events.toLocaleString('en-GB')} events in ${seconds.toFixed(1)} s, ${rate}/s`,
      );
    }
    if (promoted.length > 0) return;
    await print(
      refusal === null
        ? 'They stand by, kept up to date. To serve them: cartograph replay --promote'
        : `NOT promoted: ${refusal}; --accept-drift promotes all the same.`,
    );
  }

  private async say(text: string): Promise<void> {
    if (!this.options.json) await print(text);
  }
}

/** What was compared where served rows had stopped need not be any more. */
function together(early: Compared, now: Compared): Differences {
  const isEarly = (name: string) => early.drift.some((one) => one.name === name);
  return {
    drift: [...early.drift, ...now.drift.filter(({ name }) => !isEarly(name))],
    incomparable: now.incomparable.filter((name) => !isEarly(name)),
  };
}
