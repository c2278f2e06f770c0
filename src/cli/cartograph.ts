// The command line. Each command's code is loaded when it is called, so that `--help` and small
// commands do not load the server's code.
import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textFault } from '../domain/text.js';
import { makeFilesPrivate } from '../service/private-files.js';
import { endAtStrayFaults, endWith, told } from './ending.js';
import { CommandFailure, EXIT, inOneLine } from './exit.js';
import { catalogueCommand } from './catalogue/catalogue-usage.js';
import { auditCommand } from './log/audit-usage.js';
import { benchFillCommand } from './log/bench-fill-usage.js';
import { exportCommand, inspectCommand, verifyCommand } from './log/log-usage.js';
import { projectionsCommand, replayCommand } from './replay/replay-usage.js';
import { relayCommand } from './relay/relay-usage.js';
// Help and the ready line go to stdout, too, whose reader may leave.
import './output.js';
import { examples } from './running.js';
import { embeddedNodeCommand, serveCommand, tokenCommand } from './server/server-usage.js';
import {
  compensateCommand,
  importCommand,
  reactionsCommand,
  whatIfCommand,
} from './shop/shop-usage.js';

// Caches compiled code between starts. Threads of ours do so where the variable is set.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');
enableCompileCache(process.env['NODE_COMPILE_CACHE']);
makeFilesPrivate();

async function main(): Promise<void> {
  demandText(process.argv.slice(2));
  const program = new Command('cartograph')
    .description('A shopping cart service that stores every change as an event in EventStoreDB')
    .version(packageVersion(), '--version', 'print the version of this package')
    // Options after a command's name belong to that command, even if the program has the same one.
    .enablePositionalOptions()
    .addHelpText('after', examples('serve', 'replay --help'));
  program.addCommand(await serveCommand());
  program.addCommand(importCommand());
  program.addCommand(catalogueCommand());
  program.addCommand(verifyCommand());
  program.addCommand(relayCommand());
  program.addCommand(inspectCommand());
  program.addCommand(exportCommand());
  program.addCommand(replayCommand());
  program.addCommand(projectionsCommand());
  program.addCommand(reactionsCommand());
  program.addCommand(compensateCommand());
  program.addCommand(whatIfCommand());
  program.addCommand(auditCommand());
  program.addCommand(tokenCommand());
  program.addCommand(embeddedNodeCommand());
  program.addCommand(benchFillCommand());
  adjust(program);
  await program.parseAsync();
}

/** Arguments become part of events and reports, so the API's text rule applies to them. */
function demandText(args: readonly string[]): void {
  for (const argument of args) {
    const fault = textFault(argument);
    if (fault === undefined) continue;
    throw new CommandFailure(EXIT.usage, `An argument must be one line of text, without ${fault}.`);
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/**
 * By default Commander ends the process itself, with other exit codes and errors of several lines.
 */
function adjust(command: Command): void {
  command.exitOverride();
  command.configureOutput({
    // Commander prints help when a command is missing; told() prints one line instead.
    writeErr: () => undefined,
    outputError: (text) => process.stderr.write(`${inOneLine(text)} (see --help)\n`),
  });
  for (const child of command.commands) adjust(child);
}

endAtStrayFaults();
try {
  await main();
} catch (error) {
  endWith(told(error));
}
