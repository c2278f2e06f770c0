// Wakes its one waiter at each commit, and when the reader leaves.
import type { ReadCall } from './back-pressure.js';
import type { Writer } from './writer.js';

export class CommitSignal {
  private hasNews = false;
  private wake: (() => void) | undefined;
  /** To be called when nobody waits any more. */
  readonly stop: () => void;

  constructor(writer: Writer, call: ReadCall) {
    const notice = () => {
      this.hasNews = true;
      this.wake?.();
    };
    const stopListening = writer.onCommit(notice);
    call.on('cancelled', notice);
    this.stop = () => {
      stopListening();
      call.off('cancelled', notice);
    };
  }

  /** Resolves at the first commit since the last time that it resolved. */
  async next(): Promise<void> {
    if (!this.hasNews) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    this.hasNews = false;
    this.wake = undefined;
  }
}
