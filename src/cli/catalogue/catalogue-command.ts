// `cartograph catalogue import FILE` and `cartograph catalogue export`: the catalogue as CSV.
import { shopPrefixes } from '../../commands/aggregates.js';
import { importCatalogue, type CatalogueReport } from '../../import/catalogue/import-catalogue.js';
import { loadPricing } from '../../pricing/pricing-module.js';
import { untilProjected } from '../../projections/until-projected.js';
import type { Config } from '../../service/config.js';
import { createShopCommands } from '../../service/shop-commands.js';
import { systemTime } from '../../waiting/time.js';
import { CommandFailure, EXIT } from '../exit.js';
import { demandFiles } from '../input-files.js';
import { operatorName } from '../operator.js';
import { print, tellBehind } from '../output.js';
import { patienceOf } from '../patience.js';
import { progressBar } from '../progress-bar.js';
import type { WaitOption } from '../wait-option.js';
import { withExistingStore, withStore } from '../with-store.js';
import { catalogueCsv } from './catalogue-csv.js';

export interface CatalogueImportCommandOptions extends WaitOption {
  readonly dryRun: boolean;
  readonly operator?: string;
  readonly json: boolean;
}

/** Ends with 1 when a row was refused; the others are done. */
export async function runCatalogueImport(
  config: Config,
  path: string,
  options: CatalogueImportCommandOptions,
): Promise<number> {
  const { dryRun: isDryRun } = options;
  const actor = { kind: 'operator', subject: options.operator ?? loggedIn() };
  const patience = patienceOf(options, 'import');
  await demandFiles([path]);
  const pricing = await loadPricing(config.pricingRules);
  const bar = progressBar('rows');
  try {
    const report = await withStore(
      config,
      async (store, { isServed }) => {
        const { catalog } = createShopCommands(store, systemTime, pricing);
        const { now } = systemTime;
        const asked = { catalog, path, isDryRun, actor, now, onProgress: bar.show };
        const done = await importCatalogue(asked);
        bar.end();
        const isWaitedFor = isServed && !isDryRun;
        if (isWaitedFor && !(await untilProjected(store, config))) tellBehind();
        return done;
      },
      patience,
    );
    await print(options.json ? JSON.stringify(report) : inWords(report));
    return report.refused > 0 ? EXIT.no : EXIT.done;
  } finally {
    bar.end();
  }
}

/** @throws CommandFailure */
function loggedIn(): string {
  const name = operatorName();
  if (name !== undefined) return name;
  throw new CommandFailure(EXIT.usage, 'Add --operator: this system has no name for its user');
}

function inWords({ rows, dryRun, ...counts }: CatalogueReport): string {
  const { listed, changed, unchanged, refused } = counts;
  return [
    ...rows
      .filter(({ outcome }) => outcome !== 'unchanged')
      .map(({ row, sku, outcome, changes, reason }) => {
        const what = reason ?? changes.join(', ');
        return `${outcome.toUpperCase().padEnd(8)}  row ${row}, ${sku}: ${what}`;
      }),
    `${listed} listed, ${changed} changed, ${unchanged} unchanged, ${refused} refused.`,
    ...(dryRun ? ['Nothing was changed: this was a dry run.'] : []),
  ].join('\n');
}

/** @throws UnreadableEventError for a product whose history cannot be read */
export async function runCatalogueExport(config: Config): Promise<number> {
  await withExistingStore(config, async (store) => {
    const prefixes = shopPrefixes.filter((prefix) => prefix === 'product-');
    for await (const line of catalogueCsv(store, prefixes, systemTime.now())) {
      if (!(await print(line))) return;
    }
  });
  return EXIT.done;
}
