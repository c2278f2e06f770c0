// What a command answers, on stdout: whoever reads it may stop reading at any time.

let isClosed = false;

// `cartograph export | head` closes the pipe early: that is no fault of anybody.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  isClosed = true;
});

/** Resolves when more may be written; false when nobody reads any more. */
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
