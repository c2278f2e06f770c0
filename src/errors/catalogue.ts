// All errors by name: the exit code of the command line, and the API's response. The key is the
// name, because an error between threads keeps only its name, and because each class is in the
// folder that throws it. A test demands an entry for every new error class.
import type { ApiErrorCode } from './api-codes.js';
import { EXIT, type ExitCode } from './exit-codes.js';

export interface ErrorFacts {
  readonly exit: ExitCode;
  /** Formats the line for the operator, when the message alone does not help. */
  readonly line?: (message: string) => string;
  /** The API's response. Default: INTERNAL_SERVER_ERROR with a masked message. */
  readonly api?: ApiAnswer;
}

export interface ApiAnswer {
  readonly code: ApiErrorCode;
  readonly message: string;
  /** Log level: a warning concerns the environment, not this service. */
  readonly level: 'error' | 'warn';
  readonly logLine: string;
}

const usage: ErrorFacts = { exit: EXIT.usage };
const no: ErrorFacts = { exit: EXIT.no };
const unavailable: ErrorFacts = { exit: EXIT.unavailable };

const rowsAreAway: ApiAnswer = {
  code: 'SERVICE_UNAVAILABLE',
  message: 'The read models are unavailable. Try again.',
  level: 'warn',
  logLine: 'the read models are unavailable',
};

const catalogue: Readonly<Record<string, ErrorFacts>> = {
  // Wrong settings, arguments and files.
  AmbiguousFileError: usage,
  SignedLogRootError: usage,
  ConnectionStringError: {
    exit: EXIT.usage,
    line: (message) => `EVENTSTORE_URL ${message}`,
  },
  // Of a setting; a service that runs answers as while the database is away.
  DatabaseAccessError: { exit: EXIT.usage, api: rowsAreAway },
  DatabaseTlsError: { exit: EXIT.usage, api: rowsAreAway },
  FileColumnsError: usage,
  NotOnlineRetailError: usage,
  PricingModuleError: usage,
  // Of one row or order of a file; the others are imported.
  CatalogueFault: usage,
  OrderProblem: usage,
  ReportError: usage,
  SettingError: usage,
  StoreAccessError: {
    exit: EXIT.usage,
    line: (message) => `EVENTSTORE_URL ${message}`,
  },
  StoreTlsError: {
    exit: EXIT.usage,
    line: (message) => `EVENTSTORE_URL ${message}`,
  },
  UnfitDatabaseError: usage,
  UnknownPlaceError: {
    exit: EXIT.usage,
    api: {
      code: 'BAD_USER_INPUT',
      message: 'The cursor is of another log: use one that a page of this log returned.',
      level: 'warn',
      logLine: 'a caller named a place of another log',
    },
  },
  UnknownPricingError: usage,
  UnknownReadModelError: usage,

  // The command ran, and its answer is no.
  UnfinishedPartsError: no,
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
      message: 'The event store no longer has all of its history, so its state is unknown.',
      level: 'warn',
      logLine: 'the log lacks events of a stream; the rest is not used',
    },
  },
  NotEmptyLogError: no,
  KafkaRefusedError: no,
  KafkaTooOldError: no,
  ProjectionError: no,
  RelayFencedError: no,
  ReplayHeldError: no,
  ReplayLostError: no,
  UnbelievableFileError: no,
  UnreadableEventError: {
    exit: EXIT.no,
    api: {
      code: 'EVENT_NOT_UNDERSTOOD',
      message:
        'Its history has an event that this version of the service cannot read. It was logged.',
      level: 'error',
      logLine: 'an event in the log cannot be read; no command is decided',
    },
  },
  TopicsAheadError: no,
  UnsoundLogError: no,

  // The log, the read models, the data folder or a port is unavailable.
  BackupFailedError: unavailable,
  CannotListenError: unavailable,
  DataFolderError: unavailable,
  DataFolderInUseError: unavailable,
  KafkaUnavailableError: unavailable,
  KeyFileError: unavailable,
  LogFileError: unavailable,
  LogInUseError: unavailable,
  PersonKeysFileError: unavailable,
  ReadModelsFullError: {
    exit: EXIT.unavailable,
    line: (message) =>
      `${message}: make room (cartograph replay --drop-old drops earlier generations, --drop-new ` +
      'rebuilds that are not live), then run this again',
    // A checkout that cannot keep its payment token, for example.
    api: {
      code: 'SERVICE_UNAVAILABLE',
      message: 'The service cannot store anything now. Try again later.',
      level: 'error',
      logLine: 'the disk of the read models is full or refuses writes',
    },
  },
  MissingTableError: { exit: EXIT.unavailable, api: rowsAreAway },
  ReadModelsUnavailableError: { exit: EXIT.unavailable, api: rowsAreAway },
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

/** Undefined for an unforeseen fault. */
export function factsOf(error: unknown): ErrorFacts | undefined {
  if (!(error instanceof Error)) return undefined;
  return Object.hasOwn(catalogue, error.name) ? catalogue[error.name] : undefined;
}

/** Whether the event store or the read models are unavailable, so that a retry may help. */
export const isAway = (error: unknown): error is Error =>
  factsOf(error)?.api?.code === 'SERVICE_UNAVAILABLE';

/** Whether it may end by itself: not where a setting is wrong. */
export const mayEnd = (error: unknown): error is Error =>
  isAway(error) && factsOf(error)?.exit === EXIT.unavailable;

export const catalogued: readonly string[] = Object.keys(catalogue);

/**
 * Errors that the service handles itself, or that carry their own facts. If one ends a command or a
 * request anyway, it is an unforeseen fault.
 */
export const handledInside: readonly string[] = [
  'ApiError',
  'AddressRefusedError',
  'AppendRefusedError',
  'AppendTooLargeError',
  'BehindError',
  'CannotDecryptError',
  'CommandFailure',
  'ConflictError',
  'ConnectionEndedError',
  'DamagedFileError',
  'DamagedSnapshotError',
  'GatewayUnavailableError',
  'ImplausibleDateError',
  'ImpossibleEventError',
  'LockHeldError',
  'LogEndsEarlyError',
  'LogReplacedError',
  'MailAwayError',
  'MailBusyError',
  'MailRefusedError',
  'MalformedEventError',
  'MissingColumnError',
  'NewerEventError',
  'OtherConsumerError',
  'PersonKeyError',
  'Postponed',
  'RegistryMovedError',
  'RoleLostError',
  'ShorterLogError',
  'StartEndedError',
  'UnknownEventError',
  'UnsettledError',
  'WrongChargeError',
];
