// What a command's exit code says, and the error that carries it.

export const EXIT = { done: 0, no: 1, usage: 2, unavailable: 3 } as const;

/** Ends the command with one line on stderr and this code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** By the error's name: errors of every part of the service end here, and not all are classes of it. */
const codes: Readonly<Record<string, number>> = {
  SettingError: EXIT.usage,
  PricingModuleError: EXIT.usage,
  UnknownPricingError: EXIT.usage,
  ReportError: EXIT.usage,
  CheckpointError: EXIT.usage,
  PromotionError: EXIT.usage,
  NotOnlineRetailError: EXIT.usage,
  AmbiguousFileError: EXIT.usage,
  ConnectionStringError: EXIT.usage,
  UnbelievableFileError: EXIT.no,
  UnsoundLogError: EXIT.no,
  UnreadableEventError: EXIT.no,
  IncompleteHistoryError: EXIT.no,
  ReplayHeldError: EXIT.no,
  ReplayLostError: EXIT.no,
  ProjectionError: EXIT.no,
  LogInUseError: EXIT.unavailable,
  LogFileError: EXIT.unavailable,
  CannotListenError: EXIT.unavailable,
  BackupFailedError: EXIT.unavailable,
  DataFolderError: EXIT.unavailable,
  DataFolderInUseError: EXIT.unavailable,
  StoreUnavailableError: EXIT.unavailable,
  ReadModelsUnavailableError: EXIT.unavailable,
  ReadModelsFullError: EXIT.unavailable,
};

/** What is put around an error's message where that alone does not say what to do. */
const wordings: Readonly<Record<string, (message: string) => string>> = {
  ConnectionStringError: (message) => `EVENTSTORE_URL ${message}`,
  ReadModelsFullError: (message) =>
    `${message}: make room (cartograph replay --drop-old drops earlier generations), then run this again`,
};

interface Ending {
  readonly code: number;
  /** One line for stderr. */
  readonly line: string;
}

/** How a command ends that threw this. */
export function explained(error: unknown): Ending {
  if (!(error instanceof Error)) return unforeseen(String(error));
  const { name, message } = error;
  if (error instanceof CommandFailure) return { code: error.exitCode, line: inOneLine(message) };
  const code = Object.hasOwn(codes, name) ? codes[name] : undefined;
  if (code !== undefined) return { code, line: inOneLine(wordings[name]?.(message) ?? message) };
  return systemError(error) ?? unforeseen(message);
}

function unforeseen(message: string): Ending {
  const line = `Unexpected fault: ${message} (LOG_LEVEL=debug shows where it came from)`;
  return { code: EXIT.no, line: inOneLine(line) };
}

/** Text from a file or a path must neither break the line nor steer the terminal. */
export function inOneLine(text: string): string {
  return text.trim().replaceAll(/[\s\p{C}]+/gu, ' ');
}

/** The system's errors by their codes. A path that is not what was meant is wrong usage. */
const systemCodes: Readonly<Record<string, number>> = {
  ENOENT: EXIT.usage,
  ENOTDIR: EXIT.usage,
  EISDIR: EXIT.usage,
  EEXIST: EXIT.usage,
  ENAMETOOLONG: EXIT.usage,
  ELOOP: EXIT.usage,
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
};

function systemError(error: Error): Ending | undefined {
  const { code: name, path } = error as NodeJS.ErrnoException;
  // Only read models are in SQLite that a command opens itself: locked by somebody, broken, unreadable.
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
