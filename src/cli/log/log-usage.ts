// The options of the commands that read the log: `inspect`, `export` and `verify`.
import { Command } from 'commander';
import { relayedCategories } from '../../relay/layout.js';
import { reportCommands } from '../reports/reports-usage.js';
import { configFrom, examples, running } from '../running.js';
import { waitOption } from '../wait-option.js';
import type { ExportOptions } from './read-commands.js';
import type { VerifyOptions } from './verify-command.js';

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('print the events of one stream, a line each')
    .argument('<stream>', 'such as cart-ID, order-ID, product-SKU or coupon-CODE')
    .option('--json', 'print each event as a JSON object with its metadata', false)
    .addHelpText('after', examples('inspect product-85123A', 'inspect coupon-WELCOME10 --json'))
    .action(
      running(async (stream: string, options: { json: boolean }) => {
        const { runInspect } = await import('./read-commands.js');
        return runInspect(await configFrom(), stream, options);
      }),
    );
}

export function exportCommand(): Command {
  const command = new Command('export')
    .description(
      'print the log as NDJSON, in the order in which it was written; or a report on what the shop ' +
        'sells, by its name',
    )
    .option('--from <instant>', 'only events that occurred at or after this, UTC (default: all)')
    .option('--to <instant>', 'only events that occurred before this, UTC (default: all)')
    .option(
      '--category <name>',
      `only streams of this category: ${relayedCategories.join(', ')} (default: all)`,
    )
    .addOption(waitOption())
    .addHelpText('after', examples('export --category coupon', 'export --from 2010-12-24'))
    .action(
      running(async (options: ExportOptions) => {
        const { runExport } = await import('./read-commands.js');
        return runExport(await configFrom(), options);
      }),
    );
  for (const report of reportCommands()) command.addCommand(report);
  return command;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'read the whole log, check its hash chains, and compare read models and snapshots with it; ' +
        'exit code 1 if something differs',
    )
    .option('--json', 'print the result as one JSON object', false)
    .option(
      '--public-key <file>',
      'the public key, a PEM file, of trusted mends of hash chains (default: that of the data folder)',
    )
    .addOption(waitOption())
    .addHelpText('after', examples('verify'))
    .action(
      running(async (options: VerifyOptions) => {
        const { runVerify } = await import('./verify-command.js');
        return runVerify(await configFrom(), options);
      }),
    );
}
