// The errors that one part of the node throws and another one handles. Statuses that end a call are
// in `wire/statuses.ts`.
import type { Expectation } from './write/expectation.js';

/** Another process owns the data folder. */
export class LogInUseError extends Error {
  override readonly name = 'LogInUseError';
}

/** The file is not a log, is damaged, or was written by a newer version; it was left untouched. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
  /** What is damaged, where the file is a log. */
  readonly damage: string | undefined;

  constructor(message: string, { damage, ...options }: ErrorOptions & { damage?: string } = {}) {
    super(message, options);
    this.damage = damage;
  }
}

/** Something in the file of the log is not what was written. The message names the place. */
export class LogDamageError extends Error {
  override readonly name = 'LogDamageError';
}

/** The same, where it is found: it is told on as a `LogDamageError` that says in which file. */
export class DamageFound extends Error {
  override readonly name = 'DamageFound';
}

/** The address is in use, or is not one of this machine's. */
export class CannotListenError extends Error {
  override readonly name = 'CannotListenError';
}

/** A client has asked the node to shut down. */
export class NodeShutDownError extends Error {
  override readonly name = 'NodeShutDownError';
  constructor() {
    super('A client has shut the embedded node down');
  }
}

/** What was given is no certificate and its key. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** Something has the backup's name already, and no backup replaces anything. */
export class BackupExistsError extends Error {
  override readonly name = 'BackupExistsError';
}

/** The backup could not be made; nothing has its name. */
export class BackupFailedError extends Error {
  override readonly name = 'BackupFailedError';
}

/** The position is not one at which the log can be cut, or nothing is damaged. */
export class RepairRefusedError extends Error {
  override readonly name = 'RepairRefusedError';
}

export class WrongExpectedVersion extends Error {
  override readonly name = 'WrongExpectedVersion';
  /** @param current revision of the last event; null for an absent stream */
  constructor(
    readonly stream: string,
    readonly expected: Expectation,
    readonly current: number | null,
  ) {
    super(`Wrong expected version of ${stream}`);
  }
}

export class StreamDeleted extends Error {
  override readonly name = 'StreamDeleted';
  constructor(readonly stream: string) {
    super(`Stream ${stream} is deleted`);
  }
}

/** The log could not be written: nothing of this write is in it. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed';
}
