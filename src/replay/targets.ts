// The projections that a replay works on: the newest version of each named read model.
import { isOutdated, newestOf } from '../projections/projector.js';
import type { AnyProjection } from '../projections/registry.js';
import type { Generation } from '../read-models/table.js';
import { candidates } from './promotion.js';

export class UnknownReadModelError extends Error {
  override readonly name = 'UnknownReadModelError';
}

/**
 * Without names, the projections of all read models.
 *
 * @throws UnknownReadModelError
 */
export function targetsOf(
  projections: readonly AnyProjection[],
  names: readonly string[],
): readonly AnyProjection[] {
  const newest = newestOf(projections);
  const unknown = names.find((name) => !newest.some((projection) => projection.name === name));
  if (unknown !== undefined) {
    const known = newest.map(({ name }) => name).join(', ');
    throw new UnknownReadModelError(`There is no read model ${unknown}; there are ${known}`);
  }
  return names.length === 0 ? newest : newest.filter(({ name }) => names.includes(name));
}

/** The targets that are on standby or must be rebuilt; all targets when there are none. */
export function promotableOf(
  targets: readonly AnyProjection[],
  generations: readonly Generation[],
): readonly AnyProjection[] {
  const standby = candidates(generations, namesOf(targets));
  const promotable = targets.filter(
    (target) =>
      standby.some(({ name }) => name === target.name) ||
      generations.some((one) => isOutdated(one, target)),
  );
  return promotable.length === 0 ? targets : promotable;
}

export function namesOf(named: readonly { readonly name: string }[]): readonly string[] {
  return named.map(({ name }) => name);
}
