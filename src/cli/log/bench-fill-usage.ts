// The options of `bench-fill`.
import { Command } from 'commander';
import { configFrom, examples, running } from '../running.js';
import type { BenchFillOptions } from './bench-fill-command.js';

export function benchFillCommand(): Command {
  return new Command('bench-fill')
    .description(
      'fill an empty log with the products, coupons, carts and orders of a shop, for measurements; ' +
        'the same numbers give the same events',
    )
    .option('--events <count>', 'in all; more if the other numbers need more', '100000')
    .option('--carts <count>', 'half of them are ordered, the others abandoned', '10000')
    .option('--products <count>', 'one in 24 is tracked for stock', '1000')
    .option('--coupons <count>', 'each with a limit that is never reached', '20')
    .option('--coupon-uses <count>', 'of all coupons together, each by an order', '1000')
    .option('--seed <number>', 'another seed gives another log', '1')
    .option('--json', 'print the summary as one JSON object', false)
    .addHelpText(
      'after',
      `
The shop's own rules decide the events, its codecs write them, and each stream is a hash chain, so
verify accepts the log. Times in it begin at 2025-01-01. It is never added to a log that has events.
${examples('bench-fill --events 1000000 --carts 100000 --products 10000')}`,
    )
    .action(
      running(async (options: BenchFillOptions) => {
        const { runBenchFill } = await import('./bench-fill-command.js');
        return runBenchFill(await configFrom(), options);
      }),
    );
}
