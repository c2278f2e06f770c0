// The errors that one part of the node throws and another one handles. The statuses that end a call
// are in `wire/statuses.ts`.
import type { Expectation } from './write/expectation.js';

/** Another process owns the data folder. */
export class LogInUseError extends Error {
  override readonly name = 'LogInUseError';
}

/** The file is not a log, is damaged, or was written by a newer version. It was left unchanged. */
export class LogFileError extends Error {
  override readonly name = 'LogFileError';
  /** The damage, when the file is a log. */
  readonly damage: string | undefined;

  constructor(message: string, { damage, ...options }: ErrorOptions & { damage?: string } = {}) {
    super(message, options);
    this.damage = damage;
  }
}

/** Stored data does not match what was written. The message names the place. */
export class LogDamageError extends Error {
  override readonly name = 'LogDamageError';
}

/** Damage at the place where it is found; it becomes a `LogDamageError` with the file's name. */
export class DamageFound extends Error {
  override readonly name = 'DamageFound';
}

/** This version of Node.js is too old. */
export class UnsupportedNodeError extends Error {
  override readonly name = 'UnsupportedNodeError';
}

/** The address is in use, or does not belong to this machine. */
export class CannotListenError extends Error {
  override readonly name = 'CannotListenError';
}

/** A client has shut the node down. */
export class NodeShutDownError extends Error {
  override readonly name = 'NodeShutDownError';
  constructor() {
    super('A client has shut the embedded node down');
  }
}

/** The input is not a certificate with its key. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

/** The backup's name is taken, and a backup never replaces a file. */
export class BackupExistsError extends Error {
  override readonly name = 'BackupExistsError';
}

/** The backup failed; no file has its name. */
export class BackupFailedError extends Error {
  override readonly name = 'BackupFailedError';
}

/** The log cannot be cut at this position, or it is not damaged. */
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

/** The log could not be written; it contains nothing of this write. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed';
}
