// `cartograph replay`: rebuilds read models beside the running ones, shows in money what changed,
// swaps and swaps back. It reaches nothing that acts on the outside.
import type { Config } from '../config.js';
import { loadPricing } from '../projections/pricing-module.js';
import { newestOf } from '../projections/projector.js';
import { type AnyProjection, projectionsOf } from '../projections/registry.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';
import type { Drift } from '../replay/drift.js';
import { whileReplaying } from '../replay/holder.js';
import { candidates, dropOld, promote } from '../replay/promotion.js';
import { fillUpTo, rebuild, type RebuildOptions } from '../replay/rebuild.js';
import type { ImpactReport } from '../replay/report/impact-report.js';
import { demandReportForm, writeReport } from '../replay/report/report-file.js';
import { terminalText } from '../replay/report/terminal.js';
import { CommandFailure, EXIT } from './exit.js';
import { print } from './output.js';
import { openRowsSnapshot, withRows } from './read-model-rows.js';
import { driftText, replayBar } from './replay-output.js';
import { compare, isServedCarts, reportIn, type ReplayScope } from './replay-scope.js';
import { dropEarlier, goBack, tellStatus } from './replay-upkeep.js';
import { withExistingStore } from './with-store.js';

export interface ReplayCommandOptions {
  readonly promote: boolean;
  readonly rollback: boolean;
  readonly report?: string;
  readonly acceptDrift: boolean;
  readonly fresh: boolean;
  readonly keep: string;
  readonly dropOld: boolean;
  readonly status: boolean;
  readonly json: boolean;
}

const MOST_KEPT = 20;

export async function runReplay(
  config: Config,
  names: readonly string[],
  options: ReplayCommandOptions,
): Promise<number> {
  if (options.report !== undefined) demandReportForm(options.report);
  const projections = projectionsOf(await loadPricing(config.pricingRules));
  const targets = chosen(projections, names);
  const isReportAsked = options.report !== undefined;
  const scope = { config, projections, targets, isReportAsked };
  // Neither needs the log, nor waits for a replay that runs: who goes back is in a hurry.
  if (options.status) return withRows(config, (rows) => tellStatus(scope, rows, options));
  if (options.rollback) return withRows(config, (rows) => goBack(scope, rows, options));
  if (options.dropOld) {
    return withRows(config, (rows) =>
      whileReplaying(rows, () => dropEarlier(scope, rows, options)),
    );
  }
  const replay = new Replay(scope, options);
  return withExistingStore(config, (store) =>
    withRows(config, (rows) =>
      whileReplaying(rows, (holder) => replay.run({ rows, store, holder })),
    ),
  );
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
  readonly reportId: string | null;
  readonly promoted: readonly string[];
  readonly dropped: number;
}

/** What a rebuild works with. */
type Means = Pick<RebuildOptions, 'rows' | 'store' | 'holder'>;

class Replay {
  private readonly names: readonly string[];

  constructor(
    private readonly scope: ReplayScope,
    private readonly options: ReplayCommandOptions,
  ) {
    this.names = scope.targets.map(({ name }) => name);
  }

  async run(means: Means): Promise<number> {
    const { rows } = means;
    const standing = this.options.fresh ? [] : this.standing(await rows.generations());
    const missing = this.scope.targets.filter(
      ({ name }) => !standing.some((one) => one.name === name),
    );
    const early = await this.reportBeforeJoining(means, missing);
    const built =
      missing.length === 0
        ? { generations: [], events: 0, seconds: 0 }
        : await this.build(means, missing, rebuild);
    const ready = [...standing, ...built.generations];
    const { drift, report: now } = await compare(this.scope, ready);
    const report = early ?? now;
    if (report !== null) await this.show(report);
    for (const one of drift) await this.say(driftText(one));
    const isRefused = this.options.promote && this.isRefused(drift);
    const promoted = this.options.promote && !isRefused ? await this.swap(rows, ready) : [];
    const dropped = await dropOld(rows, this.names, keepOf(this.options.keep));
    await this.tell({
      rebuilt: built.generations.map(({ name, generation }) => ({ name, generation })),
      events: built.events,
      seconds: built.seconds,
      drift,
      reportId: report?.id ?? null,
      promoted,
      dropped: dropped.length,
    });
    return isRefused ? EXIT.no : EXIT.done;
  }

  /** What an earlier run left standing by, in the version that would be built now. */
  private standing(generations: readonly Generation[]): Generation[] {
    return candidates(generations, this.names).filter(({ name, version }) =>
      this.scope.targets.some((target) => target.name === name && target.version === version),
    );
  }

  /**
   * Served carts of a version that this build does not know stay where they are, while new ones go on
   * with the log: the two are compared where the served ones stopped.
   */
  private async reportBeforeJoining(
    means: Means,
    missing: readonly AnyProjection[],
  ): Promise<ImpactReport | null> {
    const served = (await means.rows.generations()).find(isServedCarts);
    const carts = missing.filter(({ name }) => name === 'cart');
    if (served === undefined || carts.length === 0 || this.knows(served)) return null;
    const generations = await this.build(means, carts, (options) =>
      fillUpTo(options, served.checkpoint),
    );
    const snapshot = await openRowsSnapshot(this.scope.config);
    try {
      return await reportIn(this.scope, snapshot, await snapshot.generations(), generations);
    } finally {
      await snapshot.close();
    }
  }

  private knows({ name, version }: Generation): boolean {
    return this.scope.projections.some((one) => one.name === name && one.version === version);
  }

  private async build<Result>(
    means: Means,
    projections: readonly AnyProjection[],
    work: (options: RebuildOptions) => Promise<Result>,
  ): Promise<Result> {
    const bar = replayBar();
    const onError = this.scope.config.projectionOnError;
    try {
      return await work({
        ...means,
        projections,
        onError,
        onProgress: (progress) => bar.show(progress),
        onWait: onceOnly((error) => {
          process.stderr.write(`${error.message}: it is waited for\n`);
        }),
      });
    } finally {
      bar.end();
    }
  }

  private async show(report: ImpactReport): Promise<void> {
    await this.say(terminalText(report));
    const { report: path } = this.options;
    if (path === undefined) return;
    await writeReport(path, report);
    await this.say(`Written to ${path}`);
  }

  private isRefused(drift: readonly Drift[]): boolean {
    if (this.options.acceptDrift) return false;
    return drift.some(({ unexplained }) => unexplained > 0);
  }

  private async swap(rows: RowStore, ready: readonly Generation[]): Promise<string[]> {
    const begunAt = performance.now();
    await promote(rows, ready, Date.now());
    const ms = (performance.now() - begunAt).toFixed(0);
    await this.say(`${ready.map(({ name }) => name).join(', ')}: promoted in ${ms} ms`);
    return ready.map(({ name }) => name);
  }

  private async tell(outcome: Outcome): Promise<void> {
    if (this.options.json) {
      await print(JSON.stringify(outcome));
      return;
    }
    const { events, seconds, rebuilt, promoted, drift } = outcome;
    if (rebuilt.length > 0) {
      const rate = Math.round(events / Math.max(seconds, 0.001)).toLocaleString('en-GB');
      await print(
        `Rebuilt ${rebuilt.map(({ name, generation }) => `${name} (generation ${generation})`).join(', ')}: ${events.toLocaleString('en-GB')} events in ${seconds.toFixed(1)} s, ${rate}/s`,
      );
    }
    if (promoted.length > 0) return;
    if (this.options.promote && this.isRefused(drift)) {
      await print(
        'NOT promoted: rows differ for which no other version of the pricing is the reason. Look into them; --accept-drift promotes all the same.',
      );
      return;
    }
    await print('They stand by, kept up to date. To serve them: cartograph replay --promote');
  }

  private async say(text: string): Promise<void> {
    if (!this.options.json) await print(text);
  }
}

function onceOnly<Said>(say: (said: Said) => void): (said: Said) => void {
  let isSaid = false;
  return (said) => {
    if (!isSaid) say(said);
    isSaid = true;
  };
}

function keepOf(text: string): number {
  const keep = Number(text);
  if (/^\d+$/.test(text) && keep <= MOST_KEPT) return keep;
  throw new CommandFailure(EXIT.usage, `--keep must be a whole number from 0 to ${MOST_KEPT}`);
}
