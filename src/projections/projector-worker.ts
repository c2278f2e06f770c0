// The projector's thread: decoding, folding and SQLite are synchronous work that must not hold up a
// mutation. It tells the service after every commit how far the read models have come, and begins
// anew whenever an operator has changed which generations there are.
import { reasonOf } from '../errors/reason-of.js';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { EventStore } from '../event-store/event-store.js';
import { type ComputedTo, LogReplacedError } from '../event-store/log-place.js';
import type { StoredEvent } from '../event-store/stored-event.js';
import { openRowStore } from '../read-models/open.js';
import { projectedTo } from '../read-models/generations.js';
import type { Generation } from '../read-models/table.js';
import { runSubscription } from '../subscriptions/subscription.js';
import { type ErrorPolicy, ProjectionError } from './generation-writer.js';
import { loadPricing } from '../pricing/pricing-module.js';
import type { ProjectionState } from './projection-status.js';
import type { FromProjector, ProjectorProgress, ToldGeneration } from './projector-progress.js';
import { Projector, RegistryMovedError } from './projector.js';
import { projectionFor, projectionsOf } from './registry.js';
import { projectedPrefixes } from './shop-events.js';

export interface ProjectorWorkerData {
  readonly connectionString: string;
  readonly dataDir: string;
  /** Of Postgres; without it, the read models are in a file of `dataDir`. */
  readonly databaseUrl?: string;
  /** Module of the pricing rules; without it, the built-in ones. */
  readonly pricingRules?: string;
  /** Default: stop. */
  readonly onError?: ErrorPolicy;
}

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const { connectionString, pricingRules, onError, ...place } = workerData as ProjectorWorkerData;

/** From one commit to the next, at least: many a turn would cost more than all that they hold. */
const PACE_MS = 5;
/** How often it is looked whether the generations on record are still the same. */
const LOOK_MS = 250;
/** How long it waits, give or take a half, after a fault. */
const RETRY_MS = 500;

const store = EventStore.connect(connectionString);
const rows = await openRowStore(place);
const projections = projectionsOf(await loadPricing(pricingRules));
const stopping = new AbortController();
let projector = await startProjector();
let isTakenUp = true;
let generations: readonly ToldGeneration[] = [];
let state: ProjectionState = 'CATCHING_UP';
let error: string | null = null;
let isStartingOver = false;
let applied = 0;
let recordedAt = 0;
/** Whether this instance projects; what another one has told of its last commit, while it does. */
let isProjecting = false;
let followed: bigint | undefined;

function startProjector(): Promise<Projector> {
  return Projector.start(rows, projections, { ...(onError && { onError }) });
}

function tell(changed: readonly string[] = []): void {
  const progress: ProjectorProgress = {
    type: 'progress',
    generations,
    rebuildsDue: projector.rebuildsDue,
    state,
    isStartingOver,
    position: String((isProjecting ? undefined : followed) ?? projector.checkpoint),
    recordedAt,
    applied,
    error,
    changed,
  };
  parent?.postMessage(progress);
}

async function lookUpGenerations(): Promise<void> {
  const frozen = new Map(
    projector.frozen.map(({ generation, reason }) => [idOf(generation), reason]),
  );
  generations = (await rows.generations()).map((one) => ({
    name: one.name,
    generation: one.generation,
    version: one.version,
    status: one.status,
    position: String(one.checkpoint),
    frozen: frozen.get(idOf(one)) ?? null,
  }));
}

function idOf({ name, generation }: Pick<Generation, 'name' | 'generation'>): string {
  return `${name}/${generation}`;
}

async function apply(batch: readonly StoredEvent[]): Promise<void> {
  const changed = await projector.apply(batch);
  applied += batch.length;
  recordedAt = batch.at(-1)?.recordedAt ?? recordedAt;
  if (state === 'STOPPED') state = isStartingOver ? 'REBUILDING' : 'CATCHING_UP';
  error = null;
  tell(changed);
}

/** Ends when the generations on record have changed, or with the service. */
async function project(role: AbortSignal): Promise<void> {
  const moved = new AbortController();
  const timer = setInterval(() => {
    projector.isCurrent().then(
      (isCurrent) => {
        if (!isCurrent) moved.abort();
      },
      () => moved.abort(),
    );
  }, LOOK_MS);
  try {
    await runSubscription({
      store,
      prefixes: projectedPrefixes,
      withStoreEvents: true,
      after: projector.checkpoint,
      computedTo: await computedTo(),
      handle: apply,
      paceMs: PACE_MS,
      onState: (next) => {
        const named = next === 'live' ? 'LIVE' : isStartingOver ? 'REBUILDING' : 'CATCHING_UP';
        if (named === state) return;
        state = named;
        if (named === 'LIVE') isStartingOver = false;
        error = null;
        tell();
      },
      signal: AbortSignal.any([stopping.signal, moved.signal, role]),
    });
  } catch (fault) {
    if (!(fault instanceof RegistryMovedError)) throw fault;
  } finally {
    clearInterval(timer);
  }
}

/** Rows from before that was noted tell only a position. */
async function computedTo(): Promise<ComputedTo | undefined> {
  const noted = await rows.standsOn();
  if (noted !== null) return noted;
  const position = projectedTo(await rows.generations());
  return position < 0n ? undefined : { position, eventId: undefined };
}

/** Nothing is shown any longer that the log does not have; what it has is read from its start. */
async function startOver({ message }: LogReplacedError): Promise<void> {
  const recorded = await rows.generations();
  const kept = recorded.filter(
    (one) => one.status !== 'BUILDING' && projectionFor(projections, one) !== undefined,
  );
  await rows.startOver(kept);
  isStartingOver = true;
  state = 'REBUILDING';
  parent?.postMessage({
    type: 'notice',
    message: `${message}; an older backup of it may have been brought back. All read models are rebuilt.`,
  } satisfies FromProjector);
  await takeUp();
}

/** Whether trying again can help without anybody doing something about it first. */
function isLasting(fault: unknown): boolean {
  return fault instanceof ProjectionError;
}

/**
 * Queries go on meanwhile, and operators can see why it stopped. An event that cannot be applied is
 * tried again once somebody changed a generation, such as by pausing the read model that it stops; a
 * database that is busy, full or away, before long.
 */
async function untilWorthATry(fault: unknown): Promise<void> {
  const { signal } = stopping;
  do {
    await delay(RETRY_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
  } while (!signal.aborted && isLasting(fault) && (await isCurrent()));
}

/** What cannot be looked up now may be at the next look. */
function isCurrent(): Promise<boolean> {
  return projector.isCurrent().catch(() => true);
}

/** Follows the log with the generations that are on record, until they change or something fails. */
async function projectOn(): Promise<void> {
  try {
    const role = await rows.holdRole(stopping.signal);
    // Whoever had the role before has come further since this was taken up.
    isTakenUp &&= isProjecting;
    isProjecting = true;
    if (!isTakenUp) await takeUp();
    isTakenUp = false;
    await project(role);
    if (role.aborted) standBack();
  } catch (fault) {
    if (stopping.signal.aborted) return;
    if (isRoleLost(fault)) {
      standBack();
      return;
    }
    if (fault instanceof LogReplacedError) {
      // What fails in it is met again at the next look at the log.
      await startOver(fault).catch(noteFault);
      return;
    }
    noteFault(fault);
    await untilWorthATry(fault);
  }
}

function noteFault(fault: unknown): void {
  state = 'STOPPED';
  error = reasonOf(fault);
  tell();
}

/** Another instance projects now, and tells of each commit. */
function standBack(): void {
  isProjecting = false;
  followed = undefined;
  state = 'LIVE';
}

function isRoleLost(fault: unknown): boolean {
  return fault instanceof Error && fault.name === 'RoleLostError';
}

async function takeUp(): Promise<void> {
  projector = await startProjector();
  await lookUpGenerations();
  tell(projector.names);
}

parent.once('message', () => stopping.abort());
await rows.follow(({ position, changed }) => {
  if (isProjecting) return;
  followed = position;
  tell(changed);
});
await lookUpGenerations();
tell();
while (!stopping.signal.aborted) await projectOn();
await rows.close();
await store.close();
parent.postMessage({ type: 'stopped' } satisfies FromProjector);
parent.close();
