// Wakes its only waiter at each commit, when the reader leaves, and when the node stops.
import type { ReadCall } from '../read/back-pressure.js';
import type { Writer } from '../write/writer.js';

export class CommitSignal {
  private hasNews = false;
  private wake: (() => void) | undefined;
  /** Call it when nothing waits any more. */
  readonly stop: () => void;

  constructor(writer: Writer, call: ReadCall, stopping: AbortSignal) {
    const notice = () => {
      this.hasNews = true;
      this.wake?.();
    };
    const stopListening = writer.onCommit(notice);
    call.on('cancelled', notice);
    stopping.addEventListener('abort', notice);
    this.stop = () => {
      stopListening();
      call.off('cancelled', notice);
      stopping.removeEventListener('abort', notice);
    };
  }

  /** Resolves at the first commit since it last resolved. */
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
