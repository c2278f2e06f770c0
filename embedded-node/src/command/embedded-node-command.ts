// The `embedded-node` command: parses its arguments, runs the node or maintains its log, and
// returns an exit code.
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodeOf } from './exit.js';
import './print.js';
import type { NodeOptions } from './run-node.js';
import { demandNode } from '../node-version.js';
import { reasonOf } from '../reason-of.js';

/** Makes a Commander action of a command that returns an exit code. */
type ActionMaker = <Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
) => (...given: Arguments) => Promise<void>;

/**
 * Runs the command and resolves with its exit code: 0 done, 1 the answer is no, 2 wrong usage, 3
 * something needed is unavailable. An error is one line on stderr.
 *
 * @param args without the program's and the command's name
 * @param name as the help shows it, such as `npx cartograph embedded-node`
 */
export async function runEmbeddedNodeCommand(
  args: readonly string[],
  name = 'npx embedded-node',
): Promise<number> {
  // Only the owner may read a log, regardless of the umask.
  process.umask(0o077);
  let exitCode = 0;
  const command = embeddedNodeCommand(name, (work) => async (...given) => {
    exitCode = await work(...given);
  });
  exitByThrowing(command);
  try {
    demandNode();
    await command.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOf(error);
    process.stderr.write(`${reasonOf(error)}\n`);
    return exitCodeOf(error);
  }
}

/** By default Commander ends the process itself, with other exit codes and several lines. */
function exitByThrowing(command: Command): void {
  command.exitOverride();
  command.configureOutput({ outputError: (text, write) => write(`${inOneLine(text)}\n`) });
  for (const child of command.commands) exitByThrowing(child);
}

function inOneLine(error: string): string {
  return `${error.trim().replaceAll(/\s+/g, ' ')} (--help tells more)`;
}

function embeddedNodeCommand(name: string, running: ActionMaker): Command {
  const example = `\nExample:\n  ${name}`;
  const command = new Command(name)
    .description('run the embedded EventStoreDB node alone, for other programs')
    .version(packageVersion(), '--version', 'print the version of this package')
    .enablePositionalOptions()
    .option('--host <address>', 'the address on which it listens', '127.0.0.1')
    .option('--port <port>', 'the port for gRPC; 0 picks a free one', '2113')
    .option('--http-port <port>', 'the port for health and figures, or "off" (default: port + 1)')
    .option('--data <folder>', 'the folder of the log (default: the log is in memory only)', named)
    .option(
      '--run-projections',
      'offer projections: your own, and those of the system, such as $ce-',
      false,
    )
    .option(
      '--start-standard-projections',
      'enable those of the system at the start, so that no client has to',
      false,
    )
    .option('--max-projections <count>', 'how many of your own there may be (default: 100)')
    .option(
      '--projection-memory-mb <mebibytes>',
      'the memory that they may take together (default: 2048)',
    )
    .option('--commit-timeout-ms <ms>', 'how long an append may take (default: 2000)')
    .option('--tls', 'use TLS, users and access control; without it, on loopback only', false)
    .option('--cert <file>', 'a certificate, PEM (default: one made at the first start)')
    .option('--key <file>', 'the private key of that certificate, PEM (required with --cert)')
    .addOption(passwordOption('admin'))
    .addOption(passwordOption('ops'))
    .addHelpText(
      'after',
      `${example} --port 2113 --data ./data/node
  ${name} --port 2113 --data ./data/node --tls`,
    )
    .action(
      running(async (options: NodeOptions) => {
        const { runEmbeddedNode } = await import('./run-node.js');
        return runEmbeddedNode(options);
      }),
    );
  command.addCommand(scavengeCommand(example, running));
  command.addCommand(verifyCommand(example, running));
  command.addCommand(backupCommand(example, running));
  command.addCommand(repairCommand(example, running));
  return command;
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** A shell's variable that is not set leaves an empty text, which is the working directory. */
function named(path: string): string {
  if (path.trim() === '') throw new InvalidArgumentError('It is empty.');
  return path;
}

/** Prefer the environment variable: every user of the machine can see a command's flags. */
function passwordOption(user: string): Option {
  return new Option(
    `--default-${user}-password <password>`,
    `the first password of ${user} (default: changeit)`,
  ).env(`EVENTSTORE_DEFAULT_${user.toUpperCase()}_PASSWORD`);
}

function scavengeCommand(example: string, running: ActionMaker): Command {
  return new Command('scavenge')
    .description('rewrite the log of a stopped node without deleted and expired events')
    .requiredOption('--data <folder>', 'the folder of the log (required)', named)
    .addHelpText('after', `${example} scavenge --data ./data/node`)
    .action(
      running(async (options: { data: string }) => {
        const { runScavenge } = await import('./look-after-log.js');
        return runScavenge(options);
      }),
    );
}

function backupCommand(example: string, running: ActionMaker): Command {
  return new Command('backup')
    .description('copy the log of a running or stopped node to one file')
    .requiredOption('--data <folder>', 'the folder of the log (required)', named)
    .requiredOption('--to <file>', 'a new file for the backup (required)', named)
    .addHelpText('after', `${example} backup --data ./data/node --to ./node.backup`)
    .action(
      running(async (options: { data: string; to: string }) => {
        const { runBackup } = await import('./back-up.js');
        return runBackup(options);
      }),
    );
}

function verifyCommand(example: string, running: ActionMaker): Command {
  return new Command('verify')
    .description('check the log of a stopped node; exit code 1 if it is damaged')
    .requiredOption('--data <folder>', 'the folder of the log (required)', named)
    .addHelpText('after', `${example} verify --data ./data/node`)
    .action(
      running(async (options: { data: string }) => {
        const { runVerifyLog } = await import('./look-after-log.js');
        return runVerifyLog(options);
      }),
    );
}

function repairCommand(example: string, running: ActionMaker): Command {
  return new Command('repair')
    .description('keep only the sound part of a damaged log; the damaged file is kept aside')
    .requiredOption('--data <folder>', 'the folder of the log (required)', named)
    .requiredOption(
      '--to <position>',
      'the last position to keep, at most the one that verify prints (required)',
    )
    .addHelpText('after', `${example} repair --data ./data/node --to 64000`)
    .action(
      running(async (options: { data: string; to: string }) => {
        const { runRepair } = await import('./look-after-log.js');
        return runRepair(options);
      }),
    );
}
