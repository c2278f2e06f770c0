// Which of SQLite's errors say that the file of the log is damaged.

/** SQLite's codes for a file that it cannot make sense of. */
const DAMAGE_CODES: ReadonlySet<number> = new Set([11, 26]);

const IO_ERROR = 10;

/**
 * Whether SQLite failed because of what is in the file. By shape: its class may be of another
 * realm.
 */
export function isDamage(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  // A number that is larger than any that was ever written.
  if ('code' in error && error.code === 'ERR_OUT_OF_RANGE') return true;
  return isCorrupt(error) || ('errcode' in error && Number(error.errcode) % 256 === IO_ERROR);
}

/**
 * The same, but for a disk that refuses: a write that it does not take says nothing of the file.
 */
export function isCorrupt(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  return 'errcode' in error && DAMAGE_CODES.has(Number(error.errcode) % 256);
}
