// How `cartograph embedded-node` is called: the node itself, and what is done to its log.
import { Command, Option } from 'commander';
import type { NodeOptions } from './embedded-node-command.js';

/** Makes an action of a command that ends with an exit code. */
type Running = <Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
) => (...given: Arguments) => Promise<void>;

const EXAMPLE = '\nExample:\n  npx cartograph embedded-node';

export function embeddedNodeCommand(running: Running): Command {
  const command = new Command('embedded-node')
    .description('the embedded EventStoreDB node alone, for other programs')
    .enablePositionalOptions()
    .option('--host <address>', 'where it listens', '127.0.0.1')
    .option('--port <port>', 'its port; 0 picks a free one', '2113')
    .option('--http-port <port>', 'where it answers for its health, or "off" (default: port + 1)')
    .option('--data <folder>', 'where the log lies; without it, in memory')
    .option('--run-projections', 'keep $ce-, $et- and the other system streams up to date', false)
    .option('--tls', 'with TLS, users and access control; without it, on loopback only', false)
    .option('--cert <file>', 'its certificate, PEM; made at the first start where none is given')
    .option('--key <file>', 'the key of that certificate, PEM')
    .addOption(passwordOption('admin'))
    .addOption(passwordOption('ops'))
    .addHelpText(
      'after',
      `${EXAMPLE} --port 2113 --data ./data/node
  npx cartograph embedded-node --port 2113 --data ./data/node --tls`,
    )
    .action(
      running(async (options: NodeOptions) => {
        const { runEmbeddedNode } = await import('./embedded-node-command.js');
        return runEmbeddedNode(options);
      }),
    );
  command.addCommand(scavengeCommand(running));
  command.addCommand(verifyCommand(running));
  command.addCommand(backupCommand(running));
  return command;
}

/** Better given by the environment: everybody on the machine sees a command's flags. */
function passwordOption(user: string): Option {
  return new Option(
    `--default-${user}-password <password>`,
    `the password of ${user} until it is changed, at the first start (default: changeit)`,
  ).env(`EVENTSTORE_DEFAULT_${user.toUpperCase()}_PASSWORD`);
}

function scavengeCommand(running: Running): Command {
  return new Command('scavenge')
    .description('rebuild the log of a stopped node without the events that nobody can see')
    .requiredOption('--data <folder>', 'where the log lies')
    .addHelpText('after', `${EXAMPLE} scavenge --data ./data/node`)
    .action(
      running(async (options: { data: string }) => {
        const { runScavenge } = await import('./embedded-node-operations.js');
        return runScavenge(options);
      }),
    );
}

function backupCommand(running: Running): Command {
  return new Command('backup')
    .description('copy the log to one file, of a stopped node or of one that runs')
    .requiredOption('--data <folder>', 'where the log lies')
    .requiredOption('--to <file>', 'where the backup is to be; nothing may be there yet')
    .addHelpText('after', `${EXAMPLE} backup --data ./data/node --to ./node.backup`)
    .action(
      running(async (options: { data: string; to: string }) => {
        const { runBackup } = await import('./embedded-node-backup.js');
        return runBackup(options);
      }),
    );
}

function verifyCommand(running: Running): Command {
  return new Command('verify')
    .description('look whether the log of a stopped node is whole; exit 1 and what is not')
    .requiredOption('--data <folder>', 'where the log lies')
    .addHelpText('after', `${EXAMPLE} verify --data ./data/node`)
    .action(
      running(async (options: { data: string }) => {
        const { runVerifyLog } = await import('./embedded-node-operations.js');
        return runVerifyLog(options);
      }),
    );
}
