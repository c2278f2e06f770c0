// Recognises SQLite errors that mean a damaged log file.

/** SQLite's codes for a file that it cannot interpret. */
const DAMAGE_CODES: ReadonlySet<number> = new Set([11, 26]);

const IO_ERROR = 10;

/**
 * Whether SQLite failed because of the file's content. Checked by shape: the class may come from
 * another realm.
 */
export function isDamage(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  // A number larger than any that the log writes.
  if ('code' in error && error.code === 'ERR_OUT_OF_RANGE') return true;
  return isCorrupt(error) || ('errcode' in error && Number(error.errcode) % 256 === IO_ERROR);
}

/**
 * As `isDamage`, but without disk errors: a failed write does not mean that the file is damaged.
 */
export function isCorrupt(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  return 'errcode' in error && DAMAGE_CODES.has(Number(error.errcode) % 256);
}
