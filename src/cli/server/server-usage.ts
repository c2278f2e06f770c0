// The options of the server's commands: `serve`, `token` and `embedded-node`.
import { Command } from 'commander';
import type { Environment } from '../../service/config.js';
import { configFrom, examples, running } from '../running.js';
import type { TokenOptions } from './token-command.js';

export async function serveCommand(): Promise<Command> {
  const { isStartedByNpm } = await import('../../service/config.js');
  const { flagOf, settingNames, settings } = await import('../../service/settings.js');
  const command = new Command('serve').description('run the shop: its API, its pages, its metrics');
  for (const name of settingNames) {
    const { meaning, otherwise } = settings[name];
    command.option(`--${flagOf(name)} <value>`, `${meaning} (default: ${otherwise})`);
  }
  command.addHelpText(
    'after',
    `
Each flag is also an environment variable, such as DATA_DIR for --data-dir. A flag wins over the
environment, which wins over a .env file in the working folder.
${examples('serve --port 8080 --data-dir ./data/second-shop')}`,
  );
  return command.action(
    running(async (flags: Environment) => {
      const config = await configFrom(flags);
      const { serve } = await import('../../service/serve.js');
      return serve(config, isStartedByNpm(process.env));
    }),
  );
}

export function tokenCommand(): Command {
  return new Command('token')
    .description('print a sign-in for the server on the same data folder')
    .requiredOption('--role <role>', 'customer, support or admin (required)')
    .requiredOption('--subject <id>', 'the id of the person who signs in (required)')
    .option('--ttl <time>', 'how long it is valid, at most 15m', '15m')
    .addHelpText('after', examples('token --role admin --subject me'))
    .action(
      running(async (options: TokenOptions) => {
        const { runToken } = await import('./token-command.js');
        return runToken(await configFrom(), options);
      }),
    );
}

/** Passes all arguments to the package's own command, including `--help`. */
export function embeddedNodeCommand(): Command {
  return new Command('embedded-node')
    .description('run the embedded EventStoreDB node alone, for other programs')
    .argument('[arguments...]')
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(
      running(async (args: string[]) => {
        const { runEmbeddedNodeCommand } = await import('embedded-eventstoredb/command');
        return runEmbeddedNodeCommand(args, 'npx cartograph embedded-node');
      }),
    );
}
