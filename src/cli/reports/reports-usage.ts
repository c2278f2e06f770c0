// The options of `cartograph export REPORT`.
import { Command } from 'commander';
import { configFrom, examples, running } from '../running.js';
import { waitOption } from '../wait-option.js';
import type { ExportReportOptions } from './export-report-command.js';

const reports: Readonly<Record<string, string>> = {
  'daily-revenue': 'orders, units and revenue of each day',
  'hourly-revenue': 'orders, units and revenue of each hour',
  'cart-funnel': 'what has become of the carts that were opened on each day',
  products: 'what each product sold, those with the most revenue first',
  coupons: 'the orders with each coupon, the most used first',
};

/** A command for each report; `reportKinds` has their rows. */
export function reportCommands(): readonly Command[] {
  return Object.entries(reports).map(([name, meaning]) => {
    const command = new Command(name)
      .description(`write ${meaning}, as CSV or NDJSON`)
      .requiredOption('--first-day <day>', 'the first day of the period (required)')
      .option('--last-day <day>', 'its last day, which is included (default: the first day)')
      .option('--time-zone <name>', 'whose days, such as Europe/London (default: SHOP_TIME_ZONE)');
    if (name !== 'cart-funnel') {
      command.option('--currency <code>', 'only orders in this currency (default: all)');
    }
    return command
      .option('--format <name>', 'csv, with a header, or ndjson', 'csv')
      .addOption(waitOption())
      .addHelpText('after', examples(`export ${name} --first-day 2010-12-01 --last-day 2010-12-31`))
      .action(
        running(async (options: ExportReportOptions) => {
          const { runExportReport } = await import('./export-report-command.js');
          return runExportReport(await configFrom(), name, options);
        }),
      );
  });
}
