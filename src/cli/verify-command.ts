// `cartograph verify`
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { allProjections } from '../projections/registry.js';
import { verify } from '../projections/verify.js';
import { SqliteRowStore } from '../read-models/sqlite/row-store.js';
import { CommandFailure, EXIT } from './exit.js';
import { print } from './output.js';
import { withStore } from './with-store.js';

export async function runVerify(
  config: Config,
  { json }: { readonly json: boolean },
): Promise<number> {
  if (!existsSync(join(config.dataDir, 'read-models.sqlite'))) {
    throw new CommandFailure(EXIT.unavailable, `There are no read models in ${config.dataDir}`);
  }
  const rows = SqliteRowStore.openSnapshot(config.dataDir);
  try {
    const result = await withStore(config, (store) => verify(store, rows, allProjections));
    if (json) await print(JSON.stringify(result));
    else {
      const { events, streams, readModels, differences } = result;
      await print(`${events} events in ${streams} streams`);
      for (const { name, rows: count } of readModels) await print(`${name}: ${count} rows`);
      for (const difference of differences) await print(`DIFFERS  ${difference}`);
      await print(differences.length === 0 ? 'All agrees with the log.' : 'It does not agree.');
    }
    return result.differences.length === 0 ? EXIT.done : EXIT.no;
  } finally {
    await rows.close();
  }
}
