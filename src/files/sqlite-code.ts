// Tells SQLite's errors apart.

/** https://www.sqlite.org/rescode.html; undefined for an error that is not SQLite's. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  // The low byte is the error's kind; the other bytes give details.
  return Number(error.errcode) & 0xff;
}
