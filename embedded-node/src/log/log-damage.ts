// Recognises SQLite errors that mean a damaged log file.

/** SQLite's codes for a file that it cannot interpret. */
const DAMAGE_CODES: ReadonlySet<number> = new Set([11, 26]);

/**
 * The disk errors that are about what the file holds: a read that fails or ends early, a checksum
 * of the file system. All others, such as a disk that is full or read-only, leave it as it was.
 * https://www.sqlite.org/rescode.html#extrc
 */
const LOST_CONTENT: ReadonlySet<number> = new Set([266, 522, 8202, 8458, 8714]);

/**
 * Whether SQLite failed because of the file's content. Checked by shape: the class may come from
 * another realm.
 */
export function isDamage(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  // A number larger than any that the log writes.
  if ('code' in error && error.code === 'ERR_OUT_OF_RANGE') return true;
  return isCorrupt(error) || ('errcode' in error && LOST_CONTENT.has(Number(error.errcode)));
}

/**
 * As `isDamage`, but without disk errors: a failed write does not mean that the file is damaged.
 */
export function isCorrupt(error: unknown): error is Error {
  if (typeof error !== 'object' || error === null) return false;
  return 'errcode' in error && DAMAGE_CODES.has(Number(error.errcode) % 256);
}
