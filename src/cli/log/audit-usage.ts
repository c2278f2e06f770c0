// The options of `cartograph audit`.
import { Command } from 'commander';
import { configFrom, examples, running } from '../running.js';
import type { JudgeOptions } from './audit-command.js';
import type { MendOptions } from './mend-chain-command.js';

export function auditCommand(): Command {
  const command = new Command('audit').description(
    'sign the log, and check later that it was not altered',
  );
  command.addCommand(checkpointCommand());
  command.addCommand(judgeCommand());
  command.addCommand(mendChainCommand());
  return command;
}

function checkpointCommand(): Command {
  return new Command('checkpoint')
    .description('sign the last event of every stream')
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
      'the public key, a PEM file, that must have signed it (default: that of the data folder)',
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
      'mend the hash chains that two instances of an earlier release broke by ' +
        'writing at once, with a signed event each; exit code 1 if a possible alteration is left',
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
