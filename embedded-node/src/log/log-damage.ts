// What a damaged log is told as: never as a shorter log, and never with a guess in place of an event.

/** Something in the file of the log is not what was written. The message names the place. */
export class LogDamageError extends Error {
  override readonly name = 'LogDamageError';
}

/** The same, where it is found: it is told on as a `LogDamageError` that says in which file. */
export class DamageFound extends Error {
  override readonly name = 'DamageFound';
}

/** SQLite's codes for a file that it cannot make sense of. */
const DAMAGE_CODES: ReadonlySet<number> = new Set([11, 26]);

const IO_ERROR = 10;

/** Whether SQLite failed because of what is in the file. By shape: its class may be of another realm. */
export function isDamage(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  // A number that is larger than any that was ever written.
  if ('code' in error && error.code === 'ERR_OUT_OF_RANGE') return true;
  return isCorrupt(error) || ('errcode' in error && Number(error.errcode) % 256 === IO_ERROR);
}

/** The same, but for a disk that refuses: a write that it does not take says nothing of the file. */
export function isCorrupt(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  return 'errcode' in error && DAMAGE_CODES.has(Number(error.errcode) % 256);
}
