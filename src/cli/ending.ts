// Ends the program: one line on stderr for any error, the documented exit code, and no wait for
// open connections.
import { CommanderError } from 'commander';
import { EXIT, explained } from './exit.js';

/** Time for open resources to close, such as a socket to a frozen node. */
const LINGER_MS = 1_000;

/** Prints the error in one line and returns the exit code. */
export function told(error: unknown): number {
  // Requested help is a success; every other end by Commander is wrong usage.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code === 'commander.help') {
      process.stderr.write('A command is missing (--help lists them)\n');
    }
    return EXIT.usage;
  }
  const { code, line } = explained(error);
  process.stderr.write(`${line}\n`);
  if (isDebugging() && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return code;
}

function isDebugging(): boolean {
  return ['debug', 'trace'].includes(process.env['LOG_LEVEL'] ?? '');
}

/** The process ends with this code, at the latest after `LINGER_MS`. */
export function endWith(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), LINGER_MS).unref();
}

/** A fault outside a command's promise, for example in an event handler, ends the process too. */
export function endAtStrayFaults(): void {
  process.on('uncaughtException', (error) => process.exit(told(error)));
}
