// A command's output on stdout. The reader may stop reading at any time.

let isClosed = false;

// `cartograph export | head` closes the pipe early, which is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isClosed = true;
});

/** Resolves when more can be written; false when the reader has closed the pipe. */
export async function print(line: string): Promise<boolean> {
  if (isClosed) return false;
  if (!process.stdout.write(`${line}\n`)) {
    await new Promise<void>((resolve) => {
      const done = () => {
        process.stdout.off('drain', done);
        process.stdout.off('error', done);
        resolve();
      };
      process.stdout.once('drain', done);
      process.stdout.once('error', done);
    });
  }
  return !isClosed;
}

/** Says on stderr that a server does not show yet what the command stored. */
export function tellBehind(): void {
  process.stderr.write('It is all stored, but the server does not show all of it yet.\n');
}
