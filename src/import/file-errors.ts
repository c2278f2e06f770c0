// What can be wrong with a file that is to be imported. Each message is one line that begins with
// the file's path and says what to do where something can be done.

/** The file is not this kind of CSV at all. */
export class NotOnlineRetailError extends Error {
  override readonly name = 'NotOnlineRetailError';
}

/** The file can be read in two ways; the message names the option that settles it. */
export class AmbiguousFileError extends Error {
  override readonly name = 'AmbiguousFileError';
}

/** The file has the right columns, and nothing in it, or a date in it, can be believed. */
export class UnbelievableFileError extends Error {
  override readonly name = 'UnbelievableFileError';
}

/** What is wrong with the content, in one line; any other error as it is. */
export function fileError(path: string, error: unknown): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  if (String(code).startsWith('Z_')) {
    return new NotOnlineRetailError(`${path} is damaged, or not gzip`, { cause: error });
  }
  if (code === 'EISDIR') return new NotOnlineRetailError(`${path} is a folder`, { cause: error });
  if (String(code).startsWith('CSV_') && error instanceof Error) {
    const problem = error.message.replaceAll(/[\s\p{C}]+/gu, ' ');
    return new NotOnlineRetailError(`${path} is not CSV: ${problem}`, { cause: error });
  }
  return error;
}
