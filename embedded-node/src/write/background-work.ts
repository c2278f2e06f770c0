// Work of the node that can wait while clients write: it joins a commit of theirs, so that they do
// not wait for one more `fsync`.

/** Clients count as writing for this long after their last write. */
const BUSY_MS = 500;
/** How long work waits for a commit of clients, in milliseconds. */
const WAIT_MS = 10;
/** Events of one work beside a single write of a client. */
const LEAST_SHARE = 3;

export class BackgroundWork<Work> {
  private readonly waiting: Work[] = [];
  private timer: NodeJS.Timeout | undefined;
  private clientsWroteAtMs = -Infinity;
  /** Events of clients in the last commit. */
  private lastEvents = 0;

  /** @param commit called when there is work and no commit has taken it in time */
  constructor(private readonly commit: () => void) {}

  get areClientsWriting(): boolean {
    return performance.now() - this.clientsWroteAtMs < BUSY_MS;
  }

  /** So few that clients hardly wait for it, and more than they write, so that it catches up. */
  get share(): number | undefined {
    return this.areClientsWriting ? Math.max(LEAST_SHARE, 2 * this.lastEvents) : undefined;
  }

  /** @param clientEvents how many events clients wrote by it */
  committed(clientEvents: number): void {
    this.lastEvents = clientEvents;
  }

  clientWrites(): void {
    this.clientsWroteAtMs = performance.now();
  }

  add(work: Work): void {
    this.waiting.push(work);
    this.timer ??= this.startTimer();
  }

  /** What joins the next commit: one work at most. */
  take(): Work[] {
    clearTimeout(this.timer);
    const taken = this.waiting.splice(0, 1);
    this.timer = this.waiting.length > 0 ? this.startTimer() : undefined;
    return taken;
  }

  private startTimer(): NodeJS.Timeout {
    return setTimeout(() => {
      this.timer = undefined;
      this.commit();
    }, WAIT_MS);
  }
}
