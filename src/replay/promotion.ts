// Decides which generation can replace which, and promotes: two statuses change in one transaction,
// for all named read models.
import type { ReplayRecord } from '../read-models/replay-records.js';
import type { RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';
import {
  type Differences,
  type DriftRefusal,
  type PromotionRefusal,
  refused,
  type RollBackOutcome,
} from './outcomes.js';

/** Standby generations that were never live, the newest of each name. */
export function candidates(
  generations: readonly Generation[],
  names: readonly string[],
): Generation[] {
  return names.flatMap((name) => {
    const own = generations.filter((one) => one.name === name);
    const live = own.find(({ status }) => status === 'LIVE');
    const standing = own.filter(
      ({ status, generation }) => status === 'STANDBY' && generation > (live?.generation ?? 0),
    );
    const newest = standing.at(-1);
    return newest === undefined ? [] : [newest];
  });
}

/** Promotes standby generations. Returns null on success. */
export async function promote(
  rows: Pick<RowStore, 'generations' | 'promote'>,
  promoted: readonly Generation[],
  at: number,
): Promise<PromotionRefusal | null> {
  const generations = await rows.generations();
  for (const { name, generation } of promoted) {
    const own = generations.filter((one) => one.name === name);
    const standby = own.find((one) => one.generation === generation);
    const live = own.find(({ status }) => status === 'LIVE');
    if (standby?.status !== 'STANDBY') {
      return refused('NOT_ON_STANDBY', `${name}: generation ${generation} is not on standby`);
    }
    if (live !== undefined && standby.checkpoint < live.checkpoint) return behind(standby);
  }
  await rows.promote(promoted, at);
  return null;
}

function behind({ name, generation }: Generation) {
  return refused(
    'BEHIND',
    `${name}: generation ${generation} is behind the live one: it was not kept up to date`,
  );
}

/** The names of the most recent promotion, which can be rolled back. */
export function promotedLast(generations: readonly Generation[]): readonly string[] {
  const able = generations.filter(
    (one) => one.status === 'LIVE' && predecessor(generations, one) !== undefined,
  );
  const last = Math.max(...able.map(({ promotedAt }) => promotedAt ?? 0));
  return able.filter(({ promotedAt }) => (promotedAt ?? 0) === last).map(({ name }) => name);
}

export interface RollBackOptions {
  /** Whether to accept rows that were not kept up to date. */
  readonly isStaleAccepted?: boolean;
  /** The record of it, stored with it: one with the same id lets nothing happen. */
  readonly recordOf?: ((live: readonly Generation[]) => ReplayRecord) | undefined;
}

/**
 * Makes the previously live generation live again. A second roll back goes one more step back,
 * never forward: an operator who repeats it cannot undo the first one.
 */
export async function rollBack(
  rows: Pick<RowStore, 'generations' | 'promote'>,
  names: readonly string[],
  at: number,
  { isStaleAccepted = false, recordOf }: RollBackOptions = {},
): Promise<RollBackOutcome> {
  const generations = await rows.generations();
  const before: Generation[] = [];
  for (const name of names) {
    const live = generations.find((one) => one.name === name && one.status === 'LIVE');
    const earlier = live && predecessor(generations, live);
    if (live === undefined || earlier === undefined) {
      return refused('NOTHING_EARLIER', `${name}: no earlier generation was live`);
    }
    if (earlier.checkpoint < live.checkpoint && !isStaleAccepted) return behind(earlier);
    before.push(earlier);
  }
  if (!(await rows.promote(before, at, recordOf?.(before)))) {
    return refused('HELD', 'This rollback is on record already');
  }
  return { kind: 'rolled back', live: before };
}

/** The newest generation before this one that was live. */
function predecessor(
  generations: readonly Generation[],
  { name, generation }: Generation,
): Generation | undefined {
  return generations.findLast(
    (one) =>
      one.name === name &&
      one.generation < generation &&
      one.status === 'STANDBY' &&
      one.promotedAt !== null,
  );
}

/**
 * Drops generations that will not be needed: of those before the live one, all but the `keep`
 * newest that were live; of those after it, all but the newest. Returns the dropped ones.
 */
export async function dropOld(
  rows: Pick<RowStore, 'generations' | 'drop'>,
  names: readonly string[],
  keep: number,
): Promise<readonly Generation[]> {
  const generations = await rows.generations();
  const old = names.flatMap((name) => {
    const own = generations.filter((one) => one.name === name);
    const live = own.find(({ status }) => status === 'LIVE');
    if (live === undefined) return [];
    const standing = own.filter(({ status }) => status === 'STANDBY');
    const older = standing.filter(({ generation }) => generation < live.generation);
    const newer = standing.filter(({ generation }) => generation > live.generation);
    const served = older.filter(({ promotedAt }) => promotedAt !== null);
    const kept = [...served.slice(Math.max(0, served.length - keep)), ...newer.slice(-1)];
    return standing.filter((one) => !kept.includes(one));
  });
  for (const generation of old) await rows.drop(generation);
  return old;
}

/**
 * Drops the generations after the live ones, which nobody wants to promote: rebuilds that are on
 * standby, that were stopped, or that were live until a rollback. Returns the dropped ones.
 */
export async function dropNew(
  rows: Pick<RowStore, 'generations' | 'drop'>,
  names: readonly string[],
): Promise<readonly Generation[]> {
  const generations = await rows.generations();
  const unwanted = names.flatMap((name) => {
    const own = generations.filter((one) => one.name === name);
    const live = own.find(({ status }) => status === 'LIVE');
    return own.filter(({ generation }) => live !== undefined && generation > live.generation);
  });
  for (const generation of unwanted) await rows.drop(generation);
  return unwanted;
}

/** Null when nothing prevents a promotion. */
export function driftRefusal(
  { drift, incomparable }: Differences,
  targets: readonly Pick<Generation, 'name' | 'version'>[],
  generations: readonly Generation[],
): DriftRefusal | null {
  if (drift.some(({ unexplained }) => unexplained > 0)) {
    return refused(
      'UNEXPLAINED_DRIFT',
      'rows differ for a reason other than the pricing version. Check them first',
    );
  }
  // For live carts of an unknown version, the rebuild of the new carts printed the report.
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
