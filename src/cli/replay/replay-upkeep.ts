// What `cartograph replay` does without replaying: tells what there is, goes back, drops what is old.
import { newestOf } from '../../projections/projector.js';
import type { RowStore } from '../../read-models/row-store.js';
import { candidates, dropOld, promotedLast, rollBack } from '../../replay/promotion.js';
import { EXIT } from '../exit.js';
import { print } from '../output.js';
import { driftText, generationText, incomparableText } from './replay-output.js';
import { compare, type ReplayScope } from './replay-scope.js';

/** Without names, of what was promoted last. */
export async function goBack(
  { projections, targets }: ReplayScope,
  rows: RowStore,
  { json, acceptDrift: isStaleAccepted }: { readonly json: boolean; readonly acceptDrift: boolean },
): Promise<number> {
  const isAll = targets.length === newestOf(projections).length;
  const last = isAll ? promotedLast(await rows.generations()) : [];
  const names = last.length === 0 ? targets.map(({ name }) => name) : last;
  const promotions = await rollBack(rows, names, Date.now(), { isStaleAccepted });
  if (json) await print(JSON.stringify({ rolledBack: promotions }));
  for (const { name, generation } of promotions) {
    if (!json) await print(`${name}: generation ${generation} is served again`);
  }
  return EXIT.done;
}

/** Of what was served before nothing is kept. */
export async function dropEarlier(
  { targets }: ReplayScope,
  rows: RowStore,
  { json }: { readonly json: boolean },
): Promise<number> {
  const names = targets.map(({ name }) => name);
  const dropped = await dropOld(rows, names, 0);
  if (json) await print(JSON.stringify({ dropped: dropped.length }));
  for (const { name, generation } of dropped) {
    if (!json) await print(`${name}: generation ${generation} is dropped`);
  }
  return EXIT.done;
}

export async function tellStatus(
  scope: ReplayScope,
  rows: RowStore,
  { json }: { readonly json: boolean },
): Promise<number> {
  const names = scope.targets.map(({ name }) => name);
  const generations = (await rows.generations()).filter(({ name }) => names.includes(name));
  const standing = candidates(generations, names);
  const { drift, incomparable } = await compare(scope, standing, { withReport: false });
  const skipped = await rows.skipped();
  if (json) {
    const shown = generations.map((one) => ({ ...one, checkpoint: String(one.checkpoint) }));
    const passedOver = skipped.map((one) => ({ ...one, position: String(one.position) }));
    await print(JSON.stringify({ generations: shown, drift, incomparable, skipped: passedOver }));
    return EXIT.done;
  }
  for (const one of generations) await print(generationText(one));
  for (const one of drift) await print(driftText(one));
  for (const name of incomparable) await print(incomparableText(name));
  for (const { name, stream, revision, type, reason } of skipped) {
    await print(`SKIPPED  ${name}: ${stream}@${revision} (${type}): ${reason}`);
  }
  return EXIT.done;
}
