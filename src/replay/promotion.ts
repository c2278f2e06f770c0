// Which generation may take which one's place, and the swap itself: two statuses change in one
// transaction, for all read models that are named.
import type { Promotion, RowStore } from '../read-models/row-store.js';
import type { Generation } from '../read-models/table.js';

/** The swap that was asked for cannot be made. */
export class PromotionError extends Error {
  override readonly name = 'PromotionError';
}

/** Those that stand by and were never served, the newest of each name. */
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

/** Puts generations that stand by in front of the queries. @throws PromotionError */
export async function promote(
  rows: RowStore,
  promoted: readonly Generation[],
  at: number,
): Promise<void> {
  const generations = await rows.generations();
  for (const { name, generation } of promoted) {
    const own = generations.filter((one) => one.name === name);
    const standing = own.find((one) => one.generation === generation);
    const live = own.find(({ status }) => status === 'LIVE');
    if (standing?.status !== 'STANDBY') {
      throw new PromotionError(`${name}: generation ${generation} does not stand by`);
    }
    if (live !== undefined && standing.checkpoint < live.checkpoint) {
      throw new PromotionError(
        `${name}: generation ${generation} is behind the one that is served; it was not kept up to date`,
      );
    }
  }
  await rows.promote(promoted, at);
}

/** The names of what was promoted last, in one step, and can be taken back. */
export function promotedLast(generations: readonly Generation[]): readonly string[] {
  const able = generations.filter(
    (one) => one.status === 'LIVE' && predecessor(generations, one) !== undefined,
  );
  const last = Math.max(...able.map(({ promotedAt }) => promotedAt ?? 0));
  return able.filter(({ promotedAt }) => (promotedAt ?? 0) === last).map(({ name }) => name);
}

/**
 * Serves again what was served before. Going back twice goes back two steps, never forth again: who
 * is not sure whether the first one took cannot undo it by a second.
 * @throws PromotionError where nothing older was served, or, unless `isStaleAccepted`, nobody keeps
 * it up to date
 */
export async function rollBack(
  rows: Pick<RowStore, 'generations' | 'promote'>,
  names: readonly string[],
  at: number,
  { isStaleAccepted = false } = {},
): Promise<readonly Promotion[]> {
  const generations = await rows.generations();
  const promotions = names.map((name) => {
    const live = generations.find((one) => one.name === name && one.status === 'LIVE');
    const before = live && predecessor(generations, live);
    if (live === undefined || before === undefined) {
      throw new PromotionError(`${name}: nothing older was served before`);
    }
    if (before.checkpoint < live.checkpoint && !isStaleAccepted) {
      throw new PromotionError(
        `${name}: generation ${before.generation} is behind the one that is served; it was not kept up to date`,
      );
    }
    return { name, generation: before.generation };
  });
  await rows.promote(promotions, at);
  return promotions;
}

/** The newest of those that are older than what is served and were served themselves. */
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
 * Takes away what will not be served any more: of what is older than the served one, all but the
 * `keep` newest that were served; of what is newer, all but the newest. Answers what it dropped.
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
