// All errors by their names: the exit code of a command that one of them ends, and the answer of
// the API. The name is the key, since it is what is left of an error's class between threads, and
// since each class lives in the folder that throws it. A new error class gets its line here; a test
// says so.
import type { ApiErrorCode } from './api-codes.js';
import { EXIT, type ExitCode } from './exit-codes.js';

export interface ErrorFacts {
  readonly exit: ExitCode;
  /** Makes of the message the line for the operator, where the message alone does not help. */
  readonly line?: (message: string) => string;
  /** What the API answers. Default: INTERNAL_SERVER_ERROR with a masked message. */
  readonly api?: ApiAnswer;
}

export interface ApiAnswer {
  readonly code: ApiErrorCode;
  readonly message: string;
  /** How the fault is logged: a warning is about the surroundings, not about this service. */
  readonly level: 'error' | 'warn';
  readonly logLine: string;
}

const usage: ErrorFacts = { exit: EXIT.usage };
const no: ErrorFacts = { exit: EXIT.no };
const unavailable: ErrorFacts = { exit: EXIT.unavailable };

const catalogue: Readonly<Record<string, ErrorFacts>> = {
  // Wrong settings, arguments and files.
  AmbiguousFileError: usage,
  SignedLogRootError: usage,
  ConnectionStringError: {
    exit: EXIT.usage,
    line: (message) => `EVENTSTORE_URL ${message}`,
  },
  NotOnlineRetailError: usage,
  PricingModuleError: usage,
  ReportError: usage,
  SettingError: usage,
  UnknownPricingError: usage,
  UnknownReadModelError: usage,

  // The answer is no.
  DeletedStreamError: {
    exit: EXIT.no,
    api: {
      code: 'STREAM_DELETED',
      message: 'Its history was deleted from the event store.',
      level: 'warn',
      logLine: 'a stream was deleted',
    },
  },
  IncompleteHistoryError: {
    exit: EXIT.no,
    api: {
      code: 'HISTORY_INCOMPLETE',
      message:
        'The event store no longer has all of its history, so what it came to cannot be told.',
      level: 'warn',
      logLine: 'the log lacks events of a stream; nothing is told from the rest',
    },
  },
  ProjectionError: no,
  ReplayHeldError: no,
  ReplayLostError: no,
  UnbelievableFileError: no,
  UnreadableEventError: {
    exit: EXIT.no,
    api: {
      code: 'EVENT_NOT_UNDERSTOOD',
      message:
        'Its history holds something that this version of the service does not understand. It was logged.',
      level: 'error',
      logLine: 'an event in the log is not understood; nothing is decided on it',
    },
  },
  UnsoundLogError: no,

  // The log, the read models, the data folder or a port.
  BackupFailedError: unavailable,
  CannotListenError: unavailable,
  DataFolderError: unavailable,
  DataFolderInUseError: unavailable,
  LogFileError: unavailable,
  LogInUseError: unavailable,
  ReadModelsFullError: {
    exit: EXIT.unavailable,
    line: (message) =>
      `${message}: make room (cartograph replay --drop-old drops earlier generations), then run this again`,
  },
  ReadModelsUnavailableError: {
    exit: EXIT.unavailable,
    api: {
      code: 'SERVICE_UNAVAILABLE',
      message: 'The read models are unavailable. Try again.',
      level: 'warn',
      logLine: 'the read models are unavailable',
    },
  },
  StoreUnavailableError: {
    exit: EXIT.unavailable,
    api: {
      code: 'SERVICE_UNAVAILABLE',
      message: 'The event store is unavailable. Try again.',
      level: 'warn',
      logLine: 'the event store is unavailable',
    },
  },
};

/** Undefined for a fault that nobody foresaw. */
export function factsOf(error: unknown): ErrorFacts | undefined {
  if (!(error instanceof Error)) return undefined;
  return Object.hasOwn(catalogue, error.name) ? catalogue[error.name] : undefined;
}

/** Whether the event store or the read models are away, so that trying again may help. */
export const isAway = (error: unknown): error is Error =>
  factsOf(error)?.api?.code === 'SERVICE_UNAVAILABLE';

export const catalogued: readonly string[] = Object.keys(catalogue);

/**
 * Errors that the service itself handles, or that carry their own facts. One that ends a command or
 * a request all the same is an unforeseen fault.
 */
export const handledInside: readonly string[] = [
  'ApiError',
  'AppendRefusedError',
  'AppendTooLargeError',
  'CommandFailure',
  'ConflictError',
  'DamagedFileError',
  'DamagedSnapshotError',
  'ImplausibleDateError',
  'ImpossibleEventError',
  'LogReplacedError',
  'MalformedEventError',
  'MissingColumnError',
  'MissingTableError',
  'NewerEventError',
  'RegistryMovedError',
  'RoleLostError',
  'UnknownEventError',
];
