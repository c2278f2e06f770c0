// Reads the whole log and compares: finds streams with a gap, and read models whose rows differ
// from a new fold at their own checkpoint.
import { reasonOf } from '../errors/reason-of.js';
import { type BrokenLink, brokenLinkInWords, ChainCheck } from '../event-store/chain.js';
import type { EventStore } from '../event-store/event-store.js';
import { IncompleteHistoryError } from '../event-store/errors.js';
import { demandPlace, LogEndsEarlyError, LogReplacedError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { demandBeginning } from '../event-store/stream-beginning.js';
import { ImpossibleEventError } from '../domain/decider.js';
import { SpilledMap } from '../files/spilled-map.js';
import { isOfStore, removalOf, subjectOf } from '../event-store/stream-removal.js';
import { canonical } from '../read-models/canonical.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation, Row } from '../read-models/table.js';
import { systemTime, type Time } from '../waiting/time.js';
import { type AnyProjection, projectionFor } from './registry.js';
import { chainedPrefixes, isProjected, readShopEvent } from './shop-events.js';
import type { ProjectedEvent } from './projection.js';

export interface Verification {
  readonly events: number;
  readonly streams: number;
  /** Number of events from before their stream had a hash chain. */
  readonly unchained: number;
  /** Number of events with unknown types, which every fold ignores. */
  readonly unknown: number;
  readonly readModels: readonly { readonly name: string; readonly rows: number }[];
  /** One line for each broken chain that a signed event explains. */
  readonly mended: readonly string[];
  /** One line for each difference, with its place; empty when everything matches. */
  readonly differences: readonly string[];
  /** How many differences there are besides, which are too many to list. */
  readonly moreDifferences: number;
}

/** Classifies breaks of hash chains. */
export type JudgeBreaks = (
  breaks: readonly BrokenLink[],
) => Promise<readonly { readonly verdict: string; readonly words: string }[]>;

const everyBreakCounts: JudgeBreaks = (breaks) =>
  Promise.resolve(
    breaks.map((broken) => ({ verdict: 'altered', words: brokenLinkInWords(broken) })),
  );

/** The rows to verify. */
export type VerifiedRows = Pick<RowStore, 'generations' | 'missingColumns' | 'rows'>;

/** One generation folded from scratch. */
interface Refold {
  readonly generation: Generation;
  readonly projection: AnyProjection;
  readonly rows: SpilledMap<Row>;
}

/** Limits the report's length. */
const MAX_DIFFERENCES = 1_000;

export type VerifiedLog = Pick<
  EventStore,
  'readAll' | 'readStream' | 'headPosition' | 'eventIdAt' | 'isCluster'
>;

export interface VerificationOptions {
  readonly judgeBreaks?: JudgeBreaks;
  readonly time?: Time;
}

/** @throws StoreUnavailableError, LogEndsEarlyError */
export async function verify(
  store: VerifiedLog,
  rows: VerifiedRows,
  projections: readonly AnyProjection[],
  { judgeBreaks = everyBreakCounts, time = systemTime }: VerificationOptions = {},
): Promise<Verification> {
  const differences: string[] = [];
  const refolds = refoldsOf(await rows.generations(), projections, differences);
  const chains = new ChainCheck();
  try {
    return await verifyWith({ chains, refolds, differences }, store, rows, { judgeBreaks, time });
  } finally {
    chains.close();
    for (const refold of refolds) refold.rows.close();
  }
}

/** What a verification gathers: as much as the log has, most of it on disk. */
interface Gathered {
  readonly chains: ChainCheck;
  readonly refolds: readonly Refold[];
  readonly differences: string[];
}

async function verifyWith(
  { chains, refolds, differences }: Gathered,
  store: VerifiedLog,
  rows: VerifiedRows,
  { judgeBreaks, time }: Required<VerificationOptions>,
): Promise<Verification> {
  const touched = new Set<string>();
  const breaks: BrokenLink[] = [];
  let events = 0;
  let unknown = 0;
  let reached = -1n;
  for await (const stored of store.readAll({ prefixes: chainedPrefixes, withStoreEvents: true })) {
    reached = stored.position;
    if (isOfStore(stored)) {
      if (removalOf(stored) !== undefined) touched.add(subjectOf(stored));
      continue;
    }
    events += 1;
    const gap = gapBefore(stored, chains);
    if (gap !== undefined) differences.push(gap);
    const broken = chains.check(stored);
    if (broken !== undefined) breaks.push(broken);
    const reading = readShopEvent(stored);
    if (reading.kind === 'understood') {
      const cause = foldInto(refolds, stored.position, reading.event);
      if (cause !== undefined) differences.push(notUnderstood(stored, { cause }));
    } else if (reading.kind === 'not understood') differences.push(notUnderstood(stored, reading));
    else if (isProjected(stored.stream)) unknown += 1;
  }
  await demandReadTo(store, refolds, reached, time);
  for (const stream of touched) await checkBeginning(store, stream, differences);
  const judged = await judgeBreaks(breaks);
  const isMended = ({ verdict }: { readonly verdict: string }) => verdict === 'mended';
  differences.push(...judged.filter((each) => !isMended(each)).map(({ words }) => words));
  const readModels = refolds.map(({ generation, rows: folded }) => ({
    name: labelOf(generation),
    rows: folded.count(),
  }));
  for (const refold of refolds) await compare(rows, refold, differences);
  return {
    events,
    streams: chains.count(),
    unchained: chains.unchained,
    unknown,
    readModels,
    mended: judged.filter(isMended).map(({ words }) => words),
    differences: differences.slice(0, MAX_DIFFERENCES),
    moreDifferences: Math.max(0, differences.length - MAX_DIFFERENCES),
  };
}

/**
 * Rows that stand on more than was read are compared only when the log itself ends early.
 *
 * @throws LogEndsEarlyError
 */
async function demandReadTo(
  store: VerifiedLog,
  refolds: readonly Refold[],
  reached: bigint,
  time: Time,
): Promise<void> {
  const checkpoints = refolds.map(({ generation }) => generation.checkpoint);
  const last = checkpoints.reduce((most, one) => (one > most ? one : most), -1n);
  if (last <= reached) return;
  const { signal } = new AbortController();
  try {
    await demandPlace(store, { position: last, eventId: undefined }, { time, signal });
  } catch (error) {
    // The log is an older copy, or that event was removed: the rows tell what is missing.
    if (error instanceof LogReplacedError) return;
    throw error;
  }
  throw new LogEndsEarlyError(reached, last);
}

function notUnderstood(
  { stream, revision, type }: StoredEvent,
  { cause }: { readonly cause: unknown },
): string {
  const reason = reasonOf(cause);
  return `${stream}@${revision}: this build cannot read its ${type}: ${reason}`;
}

/**
 * A removal may not have taken effect yet, or may have been undone; this checks what is readable.
 */
async function checkBeginning(
  store: Pick<EventStore, 'readStream'>,
  stream: string,
  differences: string[],
): Promise<void> {
  try {
    await demandBeginning(store, stream);
  } catch (error) {
    if (!(error instanceof IncompleteHistoryError)) throw error;
    differences.push(error.message);
  }
}

/** The live and standby generations. */
function refoldsOf(
  generations: readonly Generation[],
  projections: readonly AnyProjection[],
  differences: string[],
): Refold[] {
  const served = generations.filter(({ status }) => status !== 'BUILDING');
  return served.flatMap((generation): Refold[] => {
    const projection = projectionFor(projections, generation);
    if (projection !== undefined) return [{ generation, projection, rows: new SpilledMap() }];
    if (generation.status === 'LIVE') {
      differences.push(
        `${generation.name}: its version ${generation.version} was made by code that this build does not know; a rebuild is due`,
      );
    }
    return [];
  });
}

/** Several generations may be standby. */
function labelOf({ name, generation, status }: Generation): string {
  return status === 'LIVE' ? name : `${name} (generation ${generation}, standby)`;
}

/** As the projector does it: answers why the event was not applied to its row, if it was not. */
function foldInto(
  refolds: readonly Refold[],
  position: bigint,
  event: ProjectedEvent,
): ImpossibleEventError | undefined {
  let contradiction: ImpossibleEventError | undefined;
  for (const { generation, projection, rows } of refolds) {
    if (position > generation.checkpoint) continue;
    const key = projection.keyOf(event);
    if (key === undefined) continue;
    try {
      rows.set(key, projection.evolve(rows.get(key), event));
    } catch (error) {
      if (!(error instanceof ImpossibleEventError)) throw error;
      contradiction = error;
    }
  }
  return contradiction;
}

async function compare(store: VerifiedRows, refold: Refold, differences: string[]): Promise<void> {
  const { generation, projection, rows } = refold;
  const label = labelOf(generation);
  const missing = await store.missingColumns(generation, projection.table);
  if (missing.length > 0) {
    differences.push(`${label}: its table is gone, or lacks ${missing.join(', ')}: rebuild it`);
    return;
  }
  for await (const row of store.rows(generation, projection.table)) {
    const key = String(row[projection.table.key]);
    const folded = rows.get(key);
    rows.delete(key);
    if (folded === undefined) differences.push(`${label}: ${key} is not in the log`);
    else if (canonical(projection.complete(folded)) !== canonical(row)) {
      differences.push(`${label}: ${key} differs from its fold`);
    }
  }
  for (const [key] of rows.sorted()) differences.push(`${label}: ${key} is missing`);
}

/** The difference where an event does not follow the one before it in its stream. */
function gapBefore({ stream, revision }: StoredEvent, chains: ChainCheck): string | undefined {
  const expected = chains.endOf(stream).revision + 1;
  if (revision === expected) return undefined;
  return `${stream}: revision ${revision} instead of ${expected}`;
}
