// How `cartograph what-if` is called.
import { Command } from 'commander';
import type { Config } from '../service/config.js';
import type { WhatIfOptions } from './what-if-command.js';

/** Makes an action of a command that ends with an exit code. */
type Running = <Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
) => (...given: Arguments) => Promise<void>;

export function whatIfCommand(running: Running, configFrom: () => Promise<Config>): Command {
  return new Command('what-if')
    .description('what carts would come to under other rules or coupon terms; nothing is written')
    .option('--pricing <module>', 'price by the newest `rules` that this module exports')
    .option(
      '--coupon <code=terms>',
      'other terms where a cart holds the coupon; repeatable',
      listed,
    )
    .option('--from <instant>', 'only carts that last changed at or after this')
    .option('--to <instant>', 'only carts that last changed before this')
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText(
      'after',
      `
A cart that was checked out is compared with what it was checked out for; an open one with what
it comes to now. Coupons stay valid for as long as they were given.

Example:
  npx cartograph what-if --coupon WELCOME10=15% --coupon "FIVER=5.00GBP from 40.00GBP"
  npx cartograph what-if --pricing ./my-pricing.ts --from 2010-12-01 --to 2011-01-01`,
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
