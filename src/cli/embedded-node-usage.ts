// How `cartograph embedded-node` is called: the node itself, and what is done to its log.
import { Command } from 'commander';

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
    .option('--data <folder>', 'where the log lies; without it, in memory')
    .option('--run-projections', 'keep $ce-, $et- and the other system streams up to date', false)
    .addHelpText('after', `${EXAMPLE} --port 2113 --data ./data/node`)
    .action(
      running(
        async (options: { host: string; port: string; data?: string; runProjections: boolean }) => {
          const { runEmbeddedNode } = await import('./embedded-node-command.js');
          return runEmbeddedNode(options);
        },
      ),
    );
  command.addCommand(scavengeCommand(running));
  command.addCommand(verifyCommand(running));
  return command;
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
