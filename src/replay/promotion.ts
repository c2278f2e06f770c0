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

/** What was served before, of each name: the last that was, and stands by. @throws PromotionError */
export function previous(
  generations: readonly Generation[],
  names: readonly string[],
): Promotion[] {
  return names.map((name) => {
    const served = generations
      .filter((one) => one.name === name && one.status === 'STANDBY' && one.promotedAt !== null)
      .sort((a, b) => (a.promotedAt ?? 0) - (b.promotedAt ?? 0));
    const last = served.at(-1);
    if (last === undefined) throw new PromotionError(`${name}: nothing was served before`);
    return { name, generation: last.generation };
  });
}

/** Takes away what stands by beyond the `keep` newest of each name. Answers what it dropped. */
export async function dropOld(
  rows: RowStore,
  names: readonly string[],
  keep: number,
): Promise<readonly Generation[]> {
  const generations = await rows.generations();
  const old = names.flatMap((name) => {
    const standing = generations
      .filter((one) => one.name === name && one.status === 'STANDBY')
      .sort((a, b) => ageOf(b) - ageOf(a));
    return standing.slice(keep);
  });
  for (const generation of old) await rows.drop(generation);
  return old;
}

/** The one that was served last counts as the youngest; one that never was, by when it was made. */
function ageOf({ promotedAt, generation }: Generation): number {
  return promotedAt ?? generation;
}
