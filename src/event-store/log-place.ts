// Confirms that the log still has the event up to which something was computed. After a restore
// from a backup, the log may have no event or another event at that position.
import { UnknownError } from '@eventstore/db-client';
import { orAborted } from '../waiting/or-aborted.js';
import { retryingUntilAborted } from '../waiting/retrying.js';
import type { Time } from '../waiting/time.js';
import { StoreUnavailableError } from './errors.js';
import type { EventStore } from './event-store.js';

/** The last event of a computation. */
export interface ComputedTo {
  readonly position: bigint;
  /** Undefined where only the position was stored. */
  readonly eventId: string | undefined;
}

/** The log was replaced by another one, or by a shorter copy, since the computation. */
export class LogReplacedError extends Error {
  override readonly name = 'LogReplacedError';
  constructor(readonly computedTo: ComputedTo) {
    const { position, eventId } = computedTo;
    const event = eventId === undefined ? 'an event' : `event ${eventId}`;
    super(`The log no longer has ${event} at position ${position}`);
  }
}

/** No event begins at a position that a caller named: it is of another log, or made up. */
export class UnknownPlaceError extends Error {
  override readonly name = 'UnknownPlaceError';
  constructor(position: bigint) {
    super(`No event of the log begins at position ${position}`);
  }
}

/** A log that ends before the position, or has no event there. */
class ShorterLogError extends LogReplacedError {}

/**
 * A read ended before an event that the log has. A leader that was replaced answers from a shorter
 * log until it learns of that.
 */
export class LogEndsEarlyError extends StoreUnavailableError {
  constructor(reached: bigint, last: bigint) {
    super(`the log up to position ${last}, which a read gave up to ${reached}`);
  }
}

type Places = Pick<EventStore, 'eventIdAt' | 'headPosition' | 'isCluster'>;

/**
 * How long a leader that was replaced may go on as if it led, at most: it may have been frozen, or
 * cut off, while the others elected another one. Until it learns of that it answers from a shorter
 * log. The simulator judges by the same time.
 */
export const UNAWARE_LEADER_MS = 10_000;

/** Where a subscription to what is appended from now on begins. */
export interface EndOfLog {
  readonly after: bigint;
  /** Undefined for an empty log. */
  readonly computedTo: ComputedTo | undefined;
}

/** @throws StoreUnavailableError */
export async function endOfLog(store: Places): Promise<EndOfLog> {
  const after = await store.headPosition();
  const eventId = await idAt(store, after);
  return { after, computedTo: eventId === undefined ? undefined : { position: after, eventId } };
}

const PAUSE_MS = { least: 100, most: 500 };
/**
 * Only a log that stays shorter for so long was replaced. What is computed from it would be thrown
 * away: in a cluster, that is decided when no leader can be unaware any more. A single node knows
 * its log; it may only show its end a moment before its last event.
 */
const SHORTER_MS = { ofCluster: UNAWARE_LEADER_MS + PAUSE_MS.most, ofOneNode: 3_000 };

/**
 * Resolves early when the signal is aborted.
 *
 * @throws LogReplacedError, StoreUnavailableError
 */
export async function demandPlace(
  store: Places,
  computedTo: ComputedTo,
  patience: Patience,
): Promise<void> {
  await unlessShorter(store, () => demandPlaceNow(store, computedTo), patience);
}

/**
 * Demands only that the log reaches a position, which a caller named: no event has to be there any
 * more, but no other one. Resolves early when the signal is aborted.
 *
 * @throws LogReplacedError, StoreUnavailableError
 */
export async function demandReached(
  store: Places,
  reached: ComputedTo,
  patience: Patience,
): Promise<void> {
  await unlessShorter(store, () => demandReachedNow(store, reached), patience);
}

interface Patience {
  readonly time: Pick<Time, 'monotonicMs' | 'after' | 'random'>;
  readonly signal: AbortSignal;
}

async function unlessShorter(
  { isCluster }: Pick<Places, 'isCluster'>,
  demand: () => Promise<unknown>,
  { time, signal }: Patience,
): Promise<void> {
  await retryingUntilAborted(() => orAborted(demand(), signal), {
    retryIf: (error) => error instanceof ShorterLogError,
    pauseMs: PAUSE_MS,
    withinMs: isCluster ? SHORTER_MS.ofCluster : SHORTER_MS.ofOneNode,
    signal,
    time,
  });
}

async function demandPlaceNow(store: Places, computedTo: ComputedTo): Promise<void> {
  if ((await demandReachedNow(store, computedTo)) === undefined) {
    throw new ShorterLogError(computedTo);
  }
}

/** Resolves with the id of the event there, if any. */
async function demandReachedNow(store: Places, reached: ComputedTo): Promise<string | undefined> {
  const { position, eventId } = reached;
  if ((await store.headPosition()) < position) throw new ShorterLogError(reached);
  const found = await idAt(store, position);
  if (found === undefined) return undefined;
  if (eventId !== undefined && found !== eventId) throw new LogReplacedError(reached);
  return found;
}

async function idAt(store: Places, position: bigint): Promise<string | undefined> {
  const found = await foundAt(store, position);
  return found === INSIDE_AN_EVENT ? undefined : found;
}

/**
 * What a failed read means that began at a position which a caller named: that no event of this log
 * begins there, or the failure itself.
 *
 * @throws StoreUnavailableError
 */
export async function faultOfPlace(
  store: Omit<Places, 'isCluster'>,
  { position, backwards }: { readonly position: bigint; readonly backwards: boolean },
  fault: unknown,
): Promise<unknown> {
  if (!isUnknown(fault)) return fault;
  // A read forwards may begin after the end; a read backwards may not.
  const isAfterEnd = backwards && (await store.headPosition()) < position;
  if (!isAfterEnd && (await foundAt(store, position)) !== INSIDE_AN_EVENT) return fault;
  return new UnknownPlaceError(position);
}

const INSIDE_AN_EVENT = Symbol('no event begins there');

/**
 * EventStoreDB answers a position inside an event with an unknown error. So may a connection end
 * that breaks, so it is asked twice, and the store must be there.
 */
async function foundAt(
  store: Omit<Places, 'isCluster'>,
  position: bigint,
): Promise<string | undefined | typeof INSIDE_AN_EVENT> {
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      return await store.eventIdAt(position);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      await store.headPosition();
    }
  }
  return INSIDE_AN_EVENT;
}

function isUnknown(error: unknown): boolean {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  return cause instanceof UnknownError;
}
