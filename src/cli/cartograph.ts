// The command line. Each command's code is loaded when it is asked for, so that `--help` and small
// commands need not wait for what a server needs.
import { enableCompileCache } from 'node:module';
import { Command } from 'commander';
import { textFault } from '../domain/text.js';
import type { Config, Environment } from '../service/config.js';
import { auditCommand } from './audit-usage.js';
import type { CompensateOptions } from './compensate-command.js';
import { endAtStrayFaults, endWith, told } from './ending.js';
import { CommandFailure, EXIT, inOneLine } from './exit.js';
import type { ImportCommandOptions } from './import-command.js';
import { projectionsCommand, replayCommand } from './replay-usage.js';
import type { ReactionsOptions } from './reactions-command.js';
import { whatIfCommand } from './what-if-usage.js';
import { makeFilesPrivate } from '../service/private-files.js';

// What was compiled at one start need not be at the next.
enableCompileCache();
makeFilesPrivate();

const EXAMPLE = '\nExample:\n  ';

async function configFrom(flags: Environment = {}): Promise<Config> {
  const { loadConfig } = await import('../service/config.js');
  return loadConfig(process.env, flags);
}

/** Runs a command and leaves its exit code with the process. */
function running<Arguments extends unknown[]>(
  work: (...given: Arguments) => Promise<number>,
): (...given: Arguments) => Promise<void> {
  return async (...given) => {
    endWith(await work(...given));
  };
}

async function serveCommand(): Promise<Command> {
  const { isStartedByNpm } = await import('../service/config.js');
  const { flagOf, settingNames, settings } = await import('../service/settings.js');
  const command = new Command('serve').description('serve the shop');
  for (const name of settingNames) {
    const { meaning, otherwise } = settings[name];
    command.option(`--${flagOf(name)} <value>`, `${meaning} (default: ${otherwise})`);
  }
  command.addHelpText(
    'after',
    `
Each flag is also an environment variable, such as DATA_DIR for --data-dir; a flag wins over the
environment, which wins over a .env file in the working folder.
${EXAMPLE.trimStart()}npx cartograph serve --port 8080 --data-dir ./data/shop`,
  );
  command.action(
    running(async (flags: Environment) => {
      const config = await configFrom(flags);
      const { serve } = await import('../service/serve.js');
      return serve(config, isStartedByNpm(process.env));
    }),
  );
  return command;
}

function importCommand(): Command {
  const command = new Command('import').description('bring in what happened elsewhere');
  command
    .command('online-retail')
    .description('invoices of UCI Online Retail, CSV or .csv.gz; running it again adds nothing')
    .argument('<file...>')
    .option('--date-format <format>', 'd/m/y, m/d/y or y-m-d, where a file does not tell')
    .option('--encoding <name>', 'such as utf-8 or windows-1252, where a file does not tell')
    .option('--decimal-mark <mark>', '. or , where a file does not tell')
    .option('--json', 'print the summary as one JSON object', false)
    .addHelpText(
      'after',
      `
Separator, column names, encoding, dates and decimals are recognised from each file. An invoice that
cannot be imported whole is left out whole, and listed with its reason. The summary accounts for every
line. Its "events" is what this run appended: 0 the second time.
${EXAMPLE.trimStart()}npx cartograph import online-retail data/online-retail/2010-12.csv.gz`,
    )
    .action(
      running(async (files: string[], options: ImportCommandOptions) => {
        const { runImport } = await import('./import-command.js');
        return runImport(await configFrom(), files, options);
      }),
    );
  return command;
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('re-read the log and compare the read models with it; exit 1 if they differ')
    .option('--json', 'print the result as one JSON object', false)
    .option('--public-key <file>', 'of those who mended hash chains; by default the key of here')
    .addHelpText('after', `${EXAMPLE}npx cartograph verify`)
    .action(
      running(async (options: { json: boolean; publicKey?: string }) => {
        const { runVerify } = await import('./verify-command.js');
        return runVerify(await configFrom(), options);
      }),
    );
}

function inspectCommand(): Command {
  return new Command('inspect')
    .description('the events of a stream, a line each')
    .argument('<stream>')
    .option('--json', 'print all of each event, as JSON', false)
    .addHelpText('after', `${EXAMPLE}npx cartograph inspect product-85123A`)
    .action(
      running(async (stream: string, options: { json: boolean }) => {
        const { runInspect } = await import('./read-commands.js');
        return runInspect(await configFrom(), stream, options);
      }),
    );
}

function exportCommand(): Command {
  return new Command('export')
    .description('the log as NDJSON, in the order in which it was written')
    .option('--from <instant>', 'only what occurred at or after this')
    .option('--to <instant>', 'only what occurred before this')
    .option(
      '--category <name>',
      'only streams of this category: cart, order, product, coupon, access',
    )
    .addHelpText('after', `${EXAMPLE}npx cartograph export --category order --from 2010-12-24`)
    .action(
      running(async (options: { from?: string; to?: string; category?: string }) => {
        const { runExport } = await import('./read-commands.js');
        return runExport(await configFrom(), options);
      }),
    );
}

function reactionsCommand(): Command {
  return new Command('reactions')
    .description(
      'how many events each process manager could not act on; exit 1 if --replay left some',
    )
    .option('--parked', 'print each of them, and why', false)
    .option('--replay', 'try them again', false)
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText('after', `${EXAMPLE}npx cartograph reactions --parked`)
    .action(
      running(async (options: ReactionsOptions) => {
        const { runReactions } = await import('./reactions-command.js');
        return runReactions(await configFrom(), options);
      }),
    );
}

function compensateCommand(): Command {
  return new Command('compensate')
    .description('settle with the customers what an impact report found; again adds nothing')
    .requiredOption('--from <report.json>', 'the report of `cartograph replay --report`')
    .option('--dry-run', 'say what would be done, and append nothing', false)
    .option('--reason <text>', 'what each order shows for it')
    .option('--operator <name>', 'who decided it; by default whoever is logged in here')
    .option('--json', 'print the result as one JSON object', false)
    .addHelpText('after', `${EXAMPLE}npx cartograph compensate --from impact.json --dry-run`)
    .action(
      running(async (options: CompensateOptions) => {
        const { runCompensate } = await import('./compensate-command.js');
        return runCompensate(await configFrom(), options);
      }),
    );
}

function tokenCommand(): Command {
  return new Command('token')
    .description('a sign-in that the server on the same DATA_DIR believes')
    .requiredOption('--role <role>', 'customer, support or admin')
    .requiredOption('--subject <id>', 'who it is')
    .option('--ttl <time>', 'how long it lasts, at most 15m', '15m')
    .addHelpText('after', `${EXAMPLE}npx cartograph token --role admin --subject me`)
    .action(
      running(async (options: { role: string; subject: string; ttl: string }) => {
        const { runToken } = await import('./token-command.js');
        return runToken(await configFrom(), options);
      }),
    );
}

/** Hands everything behind its name to the package's own command, `--help` included. */
function embeddedNodeCommand(): Command {
  return new Command('embedded-node')
    .description('the embedded EventStoreDB node alone, for other programs')
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

/** What is typed becomes part of events and of reports, so it has to be text like what the API takes. */
function demandText(args: readonly string[]): void {
  for (const argument of args) {
    const fault = textFault(argument);
    if (fault === undefined) continue;
    throw new CommandFailure(EXIT.usage, `An argument must be one line of text, without ${fault}.`);
  }
}

async function main(): Promise<void> {
  demandText(process.argv.slice(2));
  const program = new Command('cartograph')
    .description('A shopping cart service whose only truth is an event log')
    // What follows a command's name is that command's, also where its parent knows the same option.
    .enablePositionalOptions()
    .addHelpText('after', `${EXAMPLE}npx cartograph serve`);
  program.addCommand(await serveCommand());
  program.addCommand(importCommand());
  program.addCommand(verifyCommand());
  program.addCommand(inspectCommand());
  program.addCommand(exportCommand());
  program.addCommand(replayCommand(running, configFrom));
  program.addCommand(projectionsCommand(running, configFrom));
  program.addCommand(reactionsCommand());
  program.addCommand(compensateCommand());
  program.addCommand(whatIfCommand(running, configFrom));
  program.addCommand(auditCommand(running, configFrom));
  program.addCommand(tokenCommand());
  program.addCommand(embeddedNodeCommand());
  adjust(program);
  await program.parseAsync();
}

/**
 * Commander would end the process itself, with codes of its own, and say what is wrong in several
 * lines.
 */
function adjust(command: Command): void {
  command.exitOverride();
  command.configureOutput({
    outputError: (text, write) => write(`${inOneLine(text)} (--help tells more)\n`),
  });
  for (const child of command.commands) adjust(child);
}

endAtStrayFaults();
try {
  await main();
} catch (error) {
  endWith(told(error));
}
