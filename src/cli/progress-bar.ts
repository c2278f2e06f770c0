// A progress bar on stderr, on a terminal only.
import { SingleBar } from 'cli-progress';

export interface ProgressBar {
  readonly show: (done: number, total: number) => void;
  readonly end: () => void;
}

/** @param what in the plural, such as invoices */
export function progressBar(what: string): ProgressBar {
  if (!process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    stream: process.stderr,
    format: `Importing {bar} {value} of {total} ${what}, {eta_formatted} left`,
    clearOnComplete: true,
  });
  let isStarted = false;
  return {
    show: (done, total) => {
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}
