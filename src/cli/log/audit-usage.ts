// How `cartograph audit` is called.
import { Command } from 'commander';
import { configFrom, examples, running } from '../running.js';
import type { JudgeOptions } from './audit-command.js';
import type { MendOptions } from './mend-chain-command.js';

export function auditCommand(): Command {
  const command = new Command('audit').description('prove later what the log was');
  command.addCommand(checkpointCommand());
  command.addCommand(judgeCommand());
  command.addCommand(mendChainCommand());
  return command;
}

function checkpointCommand(): Command {
  return new Command('checkpoint')
    .description('sign where every stream of the log ends now')
    .requiredOption('--to <file>', 'a new file for the signed log root (required)')
    .addHelpText('after', examples('audit checkpoint --to log-root.json'))
    .action(
      running(async (options: { to: string }) => {
        const { runCheckpoint } = await import('./audit-command.js');
        return runCheckpoint(await configFrom(), options);
      }),
    );
}

function judgeCommand(): Command {
  return new Command('verify')
    .description('compare the log with a signed log root; exit code 1 if it was altered since')
    .requiredOption('--checkpoint <file>', 'a file of `audit checkpoint` (required)')
    .option(
      '--public-key <file>',
      'the key, PEM, that must have signed it (default: the one of the data folder)',
    )
    .addHelpText('after', examples('audit verify --checkpoint log-root.json'))
    .action(
      running(async (options: JudgeOptions) => {
        const { runJudge } = await import('./audit-command.js');
        return runJudge(await configFrom(), options);
      }),
    );
}

function mendChainCommand(): Command {
  return new Command('mend-chain')
    .description(
      'append a signed event for each hash chain that two instances of an earlier release broke by ' +
        'writing at once; exit code 1 if a break is left that may be an alteration',
    )
    .option('--dry-run', 'only print what would be mended', false)
    .option(
      '--accept <places...>',
      'also mend these breaks, STREAM@REVISION, although they may be alterations (default: none)',
    )
    .option('--reason <text>', 'why you accept them; stored with each (required with --accept)')
    .addHelpText('after', examples('audit mend-chain --dry-run'))
    .action(
      running(async (options: Partial<MendOptions> & { dryRun: boolean }) => {
        const { runMendChain } = await import('./mend-chain-command.js');
        return runMendChain(await configFrom(), { accept: [], ...options });
      }),
    );
}
