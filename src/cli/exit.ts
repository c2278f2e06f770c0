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

/** The code and the line for whatever a command threw; undefined for a fault of ours. */
export function explained(error: unknown): { code: number; line: string } | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof CommandFailure) return { code: error.exitCode, line: error.message };
  switch (error.name) {
    case 'SettingError':
    case 'PricingModuleError':
    case 'UnknownPricingError':
    case 'ReportError':
    case 'CheckpointError':
    case 'PromotionError':
    case 'NotOnlineRetailError':
    case 'AmbiguousFileError':
      return { code: EXIT.usage, line: error.message };
    case 'ConnectionStringError':
      return { code: EXIT.usage, line: `EVENTSTORE_URL ${error.message}` };
    case 'UnbelievableFileError':
    case 'UnreadableEventError':
    case 'IncompleteHistoryError':
    case 'ReplayHeldError':
    case 'ReplayLostError':
    case 'ProjectionError':
      return { code: EXIT.no, line: error.message };
    case 'LogInUseError':
    case 'LogFileError':
    case 'CannotListenError':
    case 'BackupFailedError':
    case 'StoreUnavailableError':
    case 'ReadModelsUnavailableError':
      return { code: EXIT.unavailable, line: error.message };
    case 'ReadModelsFullError':
      return {
        code: EXIT.unavailable,
        line: `${error.message}: make room (cartograph replay --drop-old drops earlier generations), then run this again`,
      };
    default:
      return systemError(error);
  }
}

/** A file that is not there is wrong usage; one that may not be read, or a port in use, is not to be had. */
function systemError(error: Error): { code: number; line: string } | undefined {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return { code: EXIT.usage, line: error.message };
  }
  if (code === 'EACCES' || code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL') {
    return { code: EXIT.unavailable, line: error.message };
  }
  // Only read models are in SQLite that a command opens itself: locked by somebody, broken, unreadable.
  if (code === 'ERR_SQLITE_ERROR') {
    return { code: EXIT.unavailable, line: `The database of the read models: ${error.message}` };
  }
  return undefined;
}
