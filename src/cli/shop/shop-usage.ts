// The options of the sales commands: `import`, `compensate`, `what-if` and `reactions`.
import { Command } from 'commander';
import { configFrom, examples, running } from '../running.js';
import { waitOption } from '../wait-option.js';
import type { CompensateOptions } from './compensate-command.js';
import type { OrderSource } from '../../import/orders/import-orders.js';
import type { ImportCommandOptions } from './import-command.js';
import type { ImportOrdersOptions } from './import-orders-command.js';
import type { ReactionsOptions } from './reactions-command.js';
import type { WhatIfOptions } from './what-if-command.js';

export function importCommand(): Command {
  const command = new Command('import').description('import sales from another system');
  command.addCommand(importOnlineRetailCommand());
  command.addCommand(importOrdersCommand('shopify', 'data/order-exports/shopify.csv'));
  command.addCommand(importOrdersCommand('woocommerce', 'data/order-exports/woocommerce.csv'));
  return command;
}

function importOrdersCommand(source: OrderSource, sample: string): Command {
  const product = source === 'shopify' ? 'Shopify' : 'WooCommerce';
  return new Command(source)
    .description(`import the orders of a CSV export of ${product}; running it again adds nothing`)
    .argument('<file...>', 'CSV files, also compressed (.csv.gz)')
    .option('--dry-run', 'only print what would be imported', false)
    .option('--time-zone <name>', 'of times that name no zone: an IANA name', 'UTC')
    .option('--date-format <format>', 'of dates whose year is not first: d/m/y or m/d/y', 'm/d/y')
    .addOption(waitOption())
    .option('--json', 'print the summary as one JSON object', false)
    .addHelpText(
      'after',
      `
Each paid order becomes a cart and its order, at its own time and in its own currency. Shipping, fees
and tax that prices do not include become lines of their own, so that the total is what was paid. An
order that is cancelled, not paid, or does not add up is left out, and listed with its rows and the
reason. Names, addresses and e-mail addresses are not imported.
${examples(`import ${source} ${sample} --dry-run`)}`,
    )
    .action(
      running(async (files: string[], options: ImportOrdersOptions) => {
        const { runImportOrders } = await import('./import-orders-command.js');
        return runImportOrders(await configFrom(), source, files, options);
      }),
    );
}

function importOnlineRetailCommand(): Command {
  return new Command('online-retail')
    .description('import invoices of UCI Online Retail; running it again adds nothing')
    .argument('<file...>', 'CSV files, also compressed (.csv.gz)')
    .option('--date-format <format>', 'd/m/y, m/d/y or y-m-d (default: recognised from the file)')
    .option('--encoding <name>', 'utf-8, utf-16le or windows-1252 (default: recognised)')
    .option('--decimal-mark <mark>', '. or , (default: recognised)')
    .addOption(waitOption())
    .option('--json', 'print the summary as one JSON object', false)
    .addHelpText(
      'after',
      `
Separator, column names, encoding, dates and decimals are recognised from each file. An invoice is
imported whole or left out whole, and then listed with its reason. The summary accounts for every
line. Its "events" are those that this run appended: 0 the second time.
${examples('import online-retail data/online-retail/2010-12.csv.gz')}`,
    )
    .action(
      running(async (files: string[], options: ImportCommandOptions) => {
        const { runImport } = await import('./import-command.js');
        return runImport(await configFrom(), files, options);
      }),
    );
}

export function compensateCommand(): Command {
  return new Command('compensate')
    .description(
      'correct the orders of an impact report: record each refund, or that a difference is forgiven; ' +
        'running it again adds nothing',
    )
    .requiredOption('--from <report.json>', 'a file of `cartograph replay --report` (required)')
    .option('--dry-run', 'only print what would be corrected', false)
    .option('--reason <text>', 'stored with each order (default: the versions and the report’s id)')
    .option('--operator <name>', 'who decided it (default: the user who runs the command)')
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText('after', examples('compensate --from impact.json --dry-run'))
    .action(
      running(async (options: CompensateOptions) => {
        const { runCompensate } = await import('./compensate-command.js');
        return runCompensate(await configFrom(), options);
      }),
    );
}

export function whatIfCommand(): Command {
  return new Command('what-if')
    .description('price carts with other rules, coupon terms or shipping, and print the difference')
    .option(
      '--pricing <module>',
      'use the newest `rules` that this module exports (default: the rules of PRICING_RULES)',
    )
    .option(
      '--coupon <code=terms>',
      'use these terms for carts with the coupon; repeatable (default: its own terms)',
      listed,
    )
    .option(
      '--ship-to <place>',
      'send all carts there, such as GB or US-CA, under its tax rules of now (default: where each goes)',
    )
    .option(
      '--shipping-method <code>',
      'by this method, on its terms of now (default: the one that each has)',
    )
    .option('--from <instant>', 'only carts that last changed at or after this, UTC (default: all)')
    .option('--to <instant>', 'only carts that last changed before this, UTC (default: all)')
    .addOption(waitOption())
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText(
      'after',
      `
Nothing is stored. A cart that was checked out is compared with the total of its checkout, an open
cart with its total now. Coupons stay valid for as long as they were. A cart that the method cannot bring
to its place, or that has no place, keeps its own method. Give at least one of --pricing, --coupon,
--ship-to and --shipping-method.
${examples(
  'what-if --coupon WELCOME10=15% --coupon "FIVER=5.00GBP from 40.00GBP"',
  'what-if --ship-to US-CA',
  'what-if --pricing demo/pricing/shipped.ts --from 2010-12-01 --to 2011-01-01',
)}`,
    )
    .action(
      running(async (options: WhatIfOptions) => {
        const { runWhatIf } = await import('./what-if-command.js');
        return runWhatIf(await configFrom(), options);
      }),
    );
}

function listed(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, text];
}

export function reactionsCommand(): Command {
  return new Command('reactions')
    .description(
      'print the number of parked events of each process manager; exit code 1 if --replay leaves some',
    )
    .option('--parked', 'print each parked event and the reason', false)
    .option('--replay', 'retry the parked events', false)
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText('after', examples('reactions --parked'))
    .action(
      running(async (options: ReactionsOptions) => {
        const { runReactions } = await import('./reactions-command.js');
        return runReactions(await configFrom(), options);
      }),
    );
}
