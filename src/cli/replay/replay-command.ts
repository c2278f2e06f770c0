// `cartograph replay`: parses the options, calls a replay session, and prints its outcome.
import type { Config } from '../../service/config.js';
import { reasonOf } from '../../errors/reason-of.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import type { EventStore } from '../../event-store/event-store.js';
import { projectionsOf } from '../../projections/registry.js';
import type { Differences, DropOutcome, Refusal } from '../../replay/outcomes.js';
import { RecordedReplays } from '../../replay/recorded-replays.js';
import { lowerPriority } from '../../replay/low-priority.js';
import {
  type PromotionChoice,
  ReplaySession,
  type ReplaySessionOptions,
} from '../../replay/replay-session.js';
import { demandReportPlace, writeReport } from '../../replay/report/report-file.js';
import { terminalText } from '../../replay/report/terminal.js';
import { targetsOf } from '../../replay/targets.js';
import { CommandFailure, EXIT } from '../exit.js';
import { type LogConnection, servedAt } from '../log-connection.js';
import { operatorName } from '../operator.js';
import { print } from '../output.js';
import { openRowsSnapshot, withRows } from '../read-model-rows.js';
import { longestWaitMs, type WaitOption } from '../wait-option.js';
import { wholeNumber } from '../whole-number.js';
import {
  differencesText,
  droppedText,
  jsonOfStatus,
  jsonOfWork,
  promotedText,
  rebuiltText,
  replayBar,
  rolledBackText,
  statusText,
} from './replay-output.js';

export interface ReplayCommandOptions extends WaitOption {
  readonly promote: boolean;
  readonly rollback: boolean;
  readonly report?: string;
  readonly force: boolean;
  readonly acceptDrift: boolean;
  readonly fresh: boolean;
  readonly keep: string;
  readonly dropOld: boolean;
  readonly dropNew: boolean;
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
  const keep = wholeNumber('--keep', options.keep, MOST_KEPT);
  longestWaitMs(options);
  const workers = wholeNumber('--workers', options.workers, MOST_WORKERS);
  const pricing = await loadPricing(config.pricingRules);
  const targets = targetsOf(projectionsOf(pricing), names);
  if (options.report !== undefined && !targets.some(({ name }) => name === 'cart')) {
    throw new CommandFailure(EXIT.usage, 'A report compares carts: replay cart too');
  }
  const stopping = new AbortController();
  return withRows(config, async (rows) => {
    const session = new ReplaySession({
      rows,
      openSnapshot: () => openRowsSnapshot(config),
      withLog: logLender(config, workers, options),
      pricing,
      onError: config.projectionOnError,
      onStopAsked: () => stopping.abort(new CommandFailure(EXIT.no, STOPPED)),
    });
    const by = `operator ${operatorName() ?? ''}`.trim();
    const replays = new RecordedReplays({ session, records: rows.replayRecords, by });
    if (options.status) return tellStatus(session, names, options);
    if (options.rollback) return rollBack(replays, names, options);
    if (options.dropOld) return tellDropped(await session.dropOld(names), 'earlier', options);
    if (options.dropNew) return tellDropped(await session.dropNew(names), 'newer', options);
    return replay(
      replays,
      names,
      keep,
      { ...options, signal: stopping.signal },
      await servedAt(config),
    );
  });
}

/** The store's client loads slowly, and only a rebuild needs it. */
function logLender(
  config: Config,
  workers: number,
  options: ReplayCommandOptions,
): ReplaySessionOptions['withLog'] {
  return async (work) => {
    const { withExistingStore } = await import('../with-store.js');
    const { LogReader } = await import('../../event-store/log-reader.js');
    const { patienceOf } = await import('../patience.js');
    const patience = patienceOf(options, 'replay');
    const withWorkers = (store: EventStore, log: LogConnection) => {
      if (!options.fullSpeed) lowerPriority();
      const bulkReader = new LogReader(() => log.connectionString, patience);
      return work({ store, ...(workers > 0 && { bulkReader }) });
    };
    return withExistingStore(config, withWorkers, patience);
  };
}

type Asked = ReplayCommandOptions;

async function tellStatus(session: ReplaySession, names: readonly string[], { json }: Asked) {
  const status = await session.status(names);
  await print(json ? jsonOfStatus(status) : statusText(status));
  return EXIT.done;
}

async function rollBack(replays: RecordedReplays, names: readonly string[], options: Asked) {
  const outcome = await replays.rollBack({ names, isStaleAccepted: options.acceptDrift });
  if (outcome.kind === 'refused') throw failureOf(outcome);
  const live = outcome.live.map(({ name, generation }) => ({ name, generation }));
  await print(options.json ? JSON.stringify({ rolledBack: live }) : rolledBackText(live));
  return EXIT.done;
}

async function tellDropped(outcome: DropOutcome, which: 'earlier' | 'newer', { json }: Asked) {
  if (outcome.kind === 'refused') throw failureOf(outcome);
  const { generations } = outcome;
  if (json) await print(JSON.stringify({ dropped: generations.length }));
  else await print(droppedText(generations, which));
  return EXIT.done;
}

async function replay(
  replays: RecordedReplays,
  names: readonly string[],
  keep: number,
  options: Asked & { readonly signal: AbortSignal },
  shopUrl: string | undefined,
): Promise<number> {
  const bar = replayBar();
  const choice: PromotionChoice = {
    names,
    keep,
    isFresh: options.fresh,
    isReportAsked: options.report !== undefined,
    isThrottled: !options.fullSpeed,
    isDriftAccepted: options.acceptDrift,
    signal: options.signal,
    onProgress: bar.show,
    onWait: onceOnStderr(),
    onCompared: async (differences) => {
      bar.end();
      await tellDifferences(differences, options, shopUrl);
    },
  };
  try {
    const outcome = await (options.promote ? replays.promote(choice) : replays.rebuild(choice));
    if (outcome.kind === 'refused' && !('work' in outcome)) throw failureOf(outcome);
    const refusal = outcome.kind === 'refused' ? outcome.message : null;
    const promoted = outcome.kind === 'promoted' ? outcome.promoted : [];
    if (options.json) await print(jsonOfWork(outcome.work, promoted, refusal));
    else {
      if (outcome.kind === 'promoted') await print(promotedText(outcome.promoted, outcome.ms));
      if (outcome.work.rebuilt.length > 0) await print(rebuiltText(outcome.work));
      if (outcome.kind === 'on standby') await print(ON_STANDBY);
      if (refusal !== null) await print(`NOT promoted: ${refusal}, or add --accept-drift.`);
    }
    return refusal === null ? EXIT.done : EXIT.no;
  } finally {
    bar.end();
  }
}

const STOPPED = 'An administrator stopped the replay. The next one goes on where it was.';
const ON_STANDBY = 'On standby, kept up to date. To make it live: cartograph replay --promote';

async function tellDifferences(
  differences: Differences,
  { json, report: path, force }: Asked,
  shopUrl: string | undefined,
): Promise<void> {
  const { report } = differences;
  if (report !== null && !json) await print(terminalText(report));
  if (report !== null && path !== undefined) {
    await writeReport({ path, force, shopUrl }, report);
    if (!json) await print(`Written to ${path}`);
  }
  if (json) return;
  for (const line of differencesText(differences)) await print(line);
}

function onceOnStderr(): (error: unknown) => void {
  let isTold = false;
  return (error) => {
    if (!isTold) process.stderr.write(`${reasonOf(error)}: the replay waits for it\n`);
    isTold = true;
  };
}

/** The command was right: what the database holds refuses it. */
function failureOf({ message }: Refusal<string>): CommandFailure {
  return new CommandFailure(EXIT.no, message);
}
