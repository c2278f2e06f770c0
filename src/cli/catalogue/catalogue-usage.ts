// The options of `catalogue`: the catalogue as CSV, in and out.
import { Command } from 'commander';
import { configFrom, examples, running } from '../running.js';
import { waitOption } from '../wait-option.js';
import type { CatalogueImportCommandOptions } from './catalogue-command.js';

export function catalogueCommand(): Command {
  const command = new Command('catalogue').description('read and write the catalogue as CSV');
  command.addCommand(exportCommand());
  command.addCommand(importCommand());
  return command;
}

function exportCommand(): Command {
  return new Command('export')
    .description('print all products as CSV, which `catalogue import` takes')
    .addHelpText('after', examples('catalogue export'))
    .action(
      running(async () => {
        const { runCatalogueExport } = await import('./catalogue-command.js');
        return runCatalogueExport(await configFrom());
      }),
    );
}

function importCommand(): Command {
  return new Command('import')
    .description('list, name, describe, tag, price, withdraw and restore products from a CSV file')
    .argument('<file>', 'a CSV file, also compressed (.csv.gz)')
    .option('--dry-run', 'only print what would change', false)
    .option('--operator <name>', 'who answers for it (default: the user who runs the command)')
    .addOption(waitOption())
    .option('--json', 'print the report as one JSON object', false)
    .addHelpText(
      'after',
      `
Columns: sku, name, description, tags, image_url, price, currency, price_from, on_sale,
tax_category; only sku has to be there. An empty cell leaves the product as it is; a hyphen takes a
description, tags, an image or a tax category away. A price with price_from holds from that instant. Several rows of one sku are done in their
order. The report has every row that changes something or is refused; exit code 1 if one is refused.
${examples('catalogue import data/catalogue/sample.csv --dry-run')}`,
    )
    .action(
      running(async (file: string, options: CatalogueImportCommandOptions) => {
        const { runCatalogueImport } = await import('./catalogue-command.js');
        return runCatalogueImport(await configFrom(), file, options);
      }),
    );
}
