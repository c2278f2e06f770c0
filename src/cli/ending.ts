// How the program ends: one line on stderr for whatever was thrown, the documented exit code, and
// no wait for a connection that somebody left open.
import { CommanderError } from 'commander';
import { EXIT, explained } from './exit.js';

/** What a command may have left open, such as a socket to a frozen node, gets so long to close. */
const LINGER_MS = 1_000;

/** Says in one line what is wrong, and answers the exit code. */
export function told(error: unknown): number {
  // Help that was asked for is an answer; anything else that commander ends with is wrong usage.
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

/**
 * A fault outside of any command's own promise, such as one in an event handler, ends it as well.
 */
export function endAtStrayFaults(): void {
  process.on('uncaughtException', (error) => process.exit(told(error)));
}
