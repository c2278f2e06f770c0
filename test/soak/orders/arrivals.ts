// Waits in a soak for what is to arrive: mails in a mailbox, events at a receiver of webhooks.
import { withTimeout } from '../../../src/waiting/with-timeout.js';

export class Arrivals {
  private hear: () => void = () => undefined;

  constructor(private readonly has: (id: string) => boolean) {}

  /** Something has arrived. */
  heard(): void {
    this.hear();
  }

  /** Waits for these; returns those that have not come when the time is over. */
  async missing(ids: readonly string[], withinMs: number): Promise<readonly string[]> {
    const absent = () => ids.filter((id) => !this.has(id));
    const arrived = new Promise<void>((resolve) => {
      this.hear = () => {
        if (absent().length === 0) resolve();
      };
      this.hear();
    });
    await withTimeout(arrived, withinMs, () => new OverdueError()).catch((error: unknown) => {
      if (!(error instanceof OverdueError)) throw error;
    });
    return absent();
  }
}

class OverdueError extends Error {}
