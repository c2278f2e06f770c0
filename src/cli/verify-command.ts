// `cartograph verify`
import type { Config } from '../config.js';
import { projectionsOf } from '../projections/registry.js';
import { type Verification, type VerifiedRows, verify } from '../projections/verify.js';
import { openRowSnapshot } from '../read-models/open.js';
import { loadPricing } from '../projections/pricing-module.js';
import { EXIT } from './exit.js';
import { print } from './output.js';
import { withExistingStore } from './with-store.js';

export async function runVerify(
  config: Config,
  { json }: { readonly json: boolean },
): Promise<number> {
  const projections = projectionsOf(await loadPricing(config.pricingRules));
  // Before the log: what is read of it then holds all that the rows were made of.
  const rows = await openRowSnapshot(config);
  try {
    const result = await withExistingStore(config, (store) =>
      verify(store, rows ?? noRows, projections),
    );
    await print(json ? JSON.stringify(result) : inWords(result));
    return result.differences.length === 0 ? EXIT.done : EXIT.no;
  } finally {
    await rows?.close();
  }
}

/** A log that nobody has served yet has no read models, and its streams can be checked all the same. */
const noRows: VerifiedRows = {
  generations: () => Promise.resolve([]),
  rows: () => {
    throw new RangeError('There are no rows where there is no generation');
  },
};

function inWords({ events, streams, unchained, readModels, differences }: Verification): string {
  return [
    `${events} events in ${streams} streams, each stream a hash chain`,
    ...(unchained > 0 ? [`${unchained} events are from before their stream had one`] : []),
    ...readModels.map(({ name, rows }) => `${name}: ${rows} rows`),
    ...(readModels.length === 0 ? ['No read models: nothing has served this log yet.'] : []),
    ...differences.map((difference) => `DIFFERS  ${difference}`),
    differences.length === 0 ? 'All agrees with the log.' : 'It does not agree.',
  ].join('\n');
}
