// The errors of an import file. Each message is one line that starts with the file's path and names
// a remedy if there is one.

/** The file is not this kind of CSV. */
export class NotOnlineRetailError extends Error {
  override readonly name = 'NotOnlineRetailError';
}

/** The file lacks a column that it must have, or has one that means nothing. */
export class FileColumnsError extends Error {
  override readonly name = 'FileColumnsError';
}

/** The file has two possible readings; the message names the option that decides. */
export class AmbiguousFileError extends Error {
  override readonly name = 'AmbiguousFileError';
}

/** The file has the right columns, but no line or a date in it is plausible. */
export class UnbelievableFileError extends Error {
  override readonly name = 'UnbelievableFileError';
}

/** Describes a content error in one line; returns other errors unchanged. */
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
