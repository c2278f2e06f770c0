// The exit codes of the command, and the errors that lead to them.
import { CommanderError } from 'commander';
import {
  LogFileError,
  LogInUseError,
  BackupExistsError,
  BackupFailedError,
  CannotListenError,
  CertificateError,
  UnsupportedNodeError,
} from '../errors.js';

export const EXIT = { done: 0, no: 1, usage: 2, unavailable: 3 } as const;

/** Ends the command with one line on stderr and this exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  // Requested help is a success; Commander's other errors are wrong usage.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof CommandFailure) return error.exitCode;
  if (wrongUsage.some((type) => error instanceof type)) return EXIT.usage;
  if (unavailable.some((type) => error instanceof type)) return EXIT.unavailable;
  return systemErrors.get(error instanceof Error && 'code' in error ? error.code : '') ?? EXIT.no;
}

const wrongUsage = [RangeError, CertificateError, BackupExistsError];
const unavailable = [
  LogInUseError,
  LogFileError,
  CannotListenError,
  BackupFailedError,
  UnsupportedNodeError,
];

/**
 * A missing file is wrong usage; a missing permission, a taken port or a locked log is unavailable.
 */
const systemErrors = new Map<unknown, number>([
  ['ENOENT', EXIT.usage],
  ['ENOTDIR', EXIT.usage],
  ['EISDIR', EXIT.usage],
  ['EEXIST', EXIT.usage],
  ['EACCES', EXIT.unavailable],
  ['EPERM', EXIT.unavailable],
  ['EROFS', EXIT.unavailable],
  ['EADDRINUSE', EXIT.unavailable],
  ['EADDRNOTAVAIL', EXIT.unavailable],
  ['ERR_SQLITE_ERROR', EXIT.unavailable],
]);
