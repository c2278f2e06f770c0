// Maps a command's error to one line and an exit code.
import { factsOf } from '../errors/catalogue.js';
import { EXIT, type ExitCode } from '../errors/exit-codes.js';

export { EXIT } from '../errors/exit-codes.js';

/** Ends the command with one line on stderr and this code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

interface Ending {
  readonly code: ExitCode;
  /** One line for stderr. */
  readonly line: string;
}

/** The exit code and the line for an error. */
export function explained(error: unknown): Ending {
  if (!(error instanceof Error)) return unforeseen(String(error));
  const { message } = error;
  if (error instanceof CommandFailure) return { code: error.exitCode, line: inOneLine(message) };
  const facts = factsOf(error);
  if (facts !== undefined) {
    return { code: facts.exit, line: inOneLine(facts.line?.(message) ?? message) };
  }
  return systemError(error) ?? unforeseen(message);
}

function unforeseen(message: string): Ending {
  const line = `Unexpected fault: ${message} (LOG_LEVEL=debug prints the stack)`;
  return { code: EXIT.no, line: inOneLine(line) };
}

/** Text from a file or a path must not break the line or control the terminal. */
export function inOneLine(text: string): string {
  return text.trim().replaceAll(/[\s\p{C}]+/gu, ' ');
}

/** System errors by code. A path of the wrong kind is wrong usage. */
const systemCodes: Readonly<Record<string, ExitCode>> = {
  ENOENT: EXIT.usage,
  ENOTDIR: EXIT.usage,
  EISDIR: EXIT.usage,
  EEXIST: EXIT.usage,
  ENAMETOOLONG: EXIT.usage,
  ELOOP: EXIT.usage,
  EINVAL: EXIT.usage,
  ERR_INVALID_ARG_VALUE: EXIT.usage,
  EACCES: EXIT.unavailable,
  EPERM: EXIT.unavailable,
  EROFS: EXIT.unavailable,
  ENOSPC: EXIT.unavailable,
  EDQUOT: EXIT.unavailable,
  EIO: EXIT.unavailable,
  EBUSY: EXIT.unavailable,
  EMFILE: EXIT.unavailable,
  ENFILE: EXIT.unavailable,
  ENXIO: EXIT.unavailable,
  EADDRINUSE: EXIT.unavailable,
  EADDRNOTAVAIL: EXIT.unavailable,
  ENOTFOUND: EXIT.unavailable,
  EAI_AGAIN: EXIT.unavailable,
  ERR_WORKER_INIT_FAILED: EXIT.unavailable,
};

function systemError(error: Error): Ending | undefined {
  const { code: name, path } = error as NodeJS.ErrnoException;
  // Commands open SQLite only for read models: locked, damaged or unreadable.
  if (name === 'ERR_SQLITE_ERROR') {
    const line = inOneLine(`The database of the read models: ${error.message}`);
    return { code: EXIT.unavailable, line };
  }
  const code =
    name !== undefined && Object.hasOwn(systemCodes, name) ? systemCodes[name] : undefined;
  if (code === undefined) return undefined;
  const isNamed = path === undefined || error.message.includes(path);
  const line = isNamed ? error.message : `${path}: ${error.message}`;
  const way = name === 'EADDRINUSE' ? ': choose another port, or stop what listens there' : '';
  return { code, line: inOneLine(`${line}${way}`) };
}
