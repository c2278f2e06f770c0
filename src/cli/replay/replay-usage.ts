// The options of `cartograph replay` and `cartograph projections`.
import { Command, Option } from 'commander';
import { configFrom, examples, running } from '../running.js';
import { waitOption } from '../wait-option.js';
import type { ProjectionsOptions } from './projections-command.js';
import type { ReplayCommandOptions } from './replay-command.js';

export function replayCommand(): Command {
  return new Command('replay')
    .description('rebuild read models beside the live ones, and report the changes in money')
    .argument(
      '[name...]',
      'cart, order-summary, revenue-by-day, catalogue, coupons, coupon-uses, coupon-carts, stock, ' +
        'accesses, cart-funnel, order-sales (default: all)',
    )
    .addOption(act('--promote', 'make the rebuilt rows live, after any rebuild that is due'))
    .addOption(act('--rollback', 'make the previous rows live again'))
    .option('--report <file>', 'write an impact report: .json, .csv or .html (default: none)')
    .option('--force', 'replace an existing report', false)
    .option(
      '--accept-drift',
      'promote although rows differ without a known reason, or roll back to rows that are behind',
      false,
    )
    .option('--fresh', 'rebuild even read models that are on standby', false)
    .option('--keep <count>', 'number of earlier generations to keep for --rollback', '2')
    .addOption(act('--drop-old', 'only drop all earlier generations'))
    .addOption(act('--drop-new', 'only drop rebuilds that are not live, finished or not'))
    .option('--full-speed', 'do not slow down while the shop sells', false)
    .option('--workers <count>', 'extra threads that read the log: 0 or 1', '0')
    .addOption(waitOption())
    .addOption(act('--status', 'only print the generations, their drift and the skipped events'))
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText(
      'after',
      `
Without --promote the new rows stay on standby: the server keeps them up to date beside the live ones.
${examples(
  'replay cart --report impact.json',
  'replay cart --promote',
  'replay --status',
  'replay cart --rollback',
)}`,
    )
    .action(
      running(async (names: string[], options: ReplayCommandOptions) => {
        const { runReplay } = await import('./replay-command.js');
        return runReplay(await configFrom(), names, options);
      }),
    );
}

const acts = ['promote', 'rollback', 'dropOld', 'dropNew', 'status'];

/** A replay does one of these: of two, the other would be left undone without a word. */
function act(flag: string, words: string): Option {
  const option = new Option(flag, words).default(false);
  return option.conflicts(acts.filter((other) => other !== option.attributeName()));
}

export function projectionsCommand(): Command {
  return new Command('projections')
    .description('print the progress of the read models; pause or resume one')
    .option('--pause <name>', 'stop keeping this read model up to date (default: none)')
    .option('--resume <name>', 'keep this read model up to date again (default: none)')
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText(
      'after',
      examples('projections', 'projections --pause cart', 'projections --resume cart'),
    )
    .action(
      running(async (options: ProjectionsOptions) => {
        const { runProjections } = await import('./projections-command.js');
        return runProjections(await configFrom(), options);
      }),
    );
}
