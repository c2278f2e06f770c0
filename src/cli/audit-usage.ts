// How `cartograph audit` is called.
import { Command } from 'commander';
import type { Config } from '../service/config.js';
import type { JudgeOptions } from './audit-command.js';
import type { MendOptions } from './mend-chain-command.js';

/** Makes an action of a command that ends with an exit code. */
type Running = <Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
) => (...given: Arguments) => Promise<void>;

const EXAMPLE = '\nExample:\n  ';

export function auditCommand(running: Running, configFrom: () => Promise<Config>): Command {
  const command = new Command('audit').description('keep a proof of what the log was');
  command
    .command('checkpoint')
    .description('sign where every stream of the log ends now')
    .requiredOption('--to <file>', 'where the checkpoint is written; it must not be there yet')
    .addHelpText('after', `${EXAMPLE}npx cartograph audit checkpoint --to 2026-11-23.json`)
    .action(
      running(async (options: { to: string }) => {
        const { runCheckpoint } = await import('./audit-command.js');
        return runCheckpoint(await configFrom(), options);
      }),
    );
  command
    .command('verify')
    .description('tell whether the log still is what a checkpoint says; exit 1 if it is not')
    .requiredOption('--checkpoint <file>', 'a checkpoint that was written before')
    .option('--public-key <file>', 'the key that must have signed it; by default the one of here')
    .addHelpText('after', `${EXAMPLE}npx cartograph audit verify --checkpoint 2026-11-23.json`)
    .action(
      running(async (options: JudgeOptions) => {
        const { runJudge } = await import('./audit-command.js');
        return runJudge(await configFrom(), options);
      }),
    );
  command
    .command('mend-chain')
    .description(
      'append a signed event for each hash chain that two instances of an earlier release broke by ' +
        'writing at once; exit 1 if a break is left that may be an alteration',
    )
    .option('--dry-run', 'only say what would be mended', false)
    .option(
      '--accept <places...>',
      'STREAM@REVISION of breaks to mend although nothing proves that nothing was altered',
      [],
    )
    .option('--reason <text>', 'why you answer for those; stored with them')
    .addHelpText('after', `${EXAMPLE}npx cartograph audit mend-chain --dry-run`)
    .action(
      running(async (options: MendOptions) => {
        const { runMendChain } = await import('./mend-chain-command.js');
        return runMendChain(await configFrom(), options);
      }),
    );
  return command;
}
