// How `cartograph replay` and `cartograph projections` are called.
import { Command } from 'commander';
import type { Config } from '../service/config.js';
import type { ProjectionsOptions } from './projections-command.js';
import type { ReplayCommandOptions } from './replay-command.js';

/** Makes an action of a command that ends with an exit code. */
type Running = <Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
) => (...given: Arguments) => Promise<void>;

const EXAMPLE = '\nExample:\n  ';

export function replayCommand(running: Running, configFrom: () => Promise<Config>): Command {
  return new Command('replay')
    .description('rebuild read models beside the running ones, and show in money what changed')
    .argument('[name...]', 'cart, order-summary, revenue-by-day, catalogue, coupons; default: all')
    .option('--promote', 'serve what stands by, in one step; rebuild before what has to be', false)
    .option('--rollback', 'serve again what was served before, in one step', false)
    .option('--report <file>', 'write what changed to a .json, .csv or .html file')
    .option('--force', 'replace a report that is there already', false)
    .option('--accept-drift', 'promote although rows differ without a reason that is known', false)
    .option('--fresh', 'rebuild also what an earlier run left standing by', false)
    .option('--keep <count>', 'how many earlier generations are kept for --rollback', '2')
    .option('--drop-old', 'drop all earlier generations, and do nothing else', false)
    .option('--full-speed', 'give the shop no precedence while rebuilding', false)
    .option('--workers <count>', 'threads beside this one: 1 reads the log in one of its own', '0')
    .option(
      '--status',
      'say which generations there are, how they differ, and what was skipped',
      false,
    )
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText(
      'after',
      `
Without --promote the new rows stand by and are kept up to date beside the served ones.
${EXAMPLE.trimStart()}npx cartograph replay cart --report impact.html
  npx cartograph replay cart --promote
  npx cartograph replay cart --rollback`,
    )
    .action(
      running(async (names: string[], options: ReplayCommandOptions) => {
        const { runReplay } = await import('./replay-command.js');
        return runReplay(await configFrom(), names, options);
      }),
    );
}

export function projectionsCommand(running: Running, configFrom: () => Promise<Config>): Command {
  return new Command('projections')
    .description('how far the read models are; hold one where it is, or let it go on')
    .option('--pause <name>', 'hold this read model where it is')
    .option('--resume <name>', 'let this read model go on')
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText('after', `${EXAMPLE}npx cartograph projections --pause cart`)
    .action(
      running(async (options: ProjectionsOptions) => {
        const { runProjections } = await import('./projections-command.js');
        return runProjections(await configFrom(), options);
      }),
    );
}
