// The parts that have started, so that they can be stopped in order, after a failed start as well
// as at the end. A part that waits for a database or a store that does not answer delays no other.
import { delay, systemTime, type Time } from '../waiting/time.js';

interface StartedPart {
  readonly name: string;
  readonly stop: () => Promise<void> | void;
}

/** Process supervisors usually wait 10 s before they kill. */
const STOP_MS = 9_300;
/** Longer than requests may take to end, and than most calls take to time out. */
const ACTIVITIES_MS = 4_000;
const RESOURCE_MS = 1_500;
/** After activities that waited in vain. */
const HURRIED_RESOURCE_MS = 250;

/** The names of the parts that did not stop in time. */
export class UnfinishedPartsError extends Error {
  override readonly name = 'UnfinishedPartsError';
  constructor(readonly parts: readonly string[]) {
    super(`Some parts did not stop in time: ${parts.join(', ')}`);
  }
}

/** The start was asked to end before it had started everything. */
export class StartEndedError extends Error {
  override readonly name = 'StartEndedError';
  constructor(part: string) {
    super(`The service stops, so ${part} is not needed any more`);
  }
}

export class StartedParts {
  private readonly activities: StartedPart[] = [];
  private readonly resources: StartedPart[] = [];
  private hasStopped = false;

  constructor(private readonly time: Pick<Time, 'after' | 'monotonicMs'> = systemTime) {}

  /**
   * A resource that later parts use. Resources stop after the activities, in reverse order.
   *
   * @throws StartEndedError after a stop; the next stop ends the part
   */
  add(name: string, stop: StartedPart['stop']): void {
    this.resources.push({ name, stop });
    this.demandStarting(name);
  }

  /**
   * A part that no other part uses. All activities stop at the same time.
   *
   * @throws StartEndedError after a stop; the next stop ends the part
   */
  addActivity(name: string, stop: StartedPart['stop']): void {
    this.activities.push({ name, stop });
    this.demandStarting(name);
  }

  /**
   * Stops every part within 9.3 s. A resource is closed even if a part that uses it has not stopped
   * in time: its pending calls fail then.
   *
   * @throws AggregateError of all failures, among them an UnfinishedPartsError
   */
  async stop(): Promise<void> {
    this.hasStopped = true;
    const stops = new Stops(this.time);
    const activities = this.activities.splice(0).map((part) => stops.begin(part));
    const areOver = await stops.wait(activities, ACTIVITIES_MS);
    const eachMs = areOver ? RESOURCE_MS : HURRIED_RESOURCE_MS;
    for (const part of this.resources.splice(0).reverse()) {
      await stops.wait([stops.begin(part)], eachMs);
    }
    await stops.end();
  }

  private demandStarting(name: string): void {
    if (this.hasStopped) throw new StartEndedError(name);
  }
}

/** One stop of all parts. */
class Stops {
  private readonly failures: unknown[] = [];
  private readonly running = new Map<StartedPart, Promise<void>>();
  private readonly endsAt: number;

  constructor(private readonly time: Pick<Time, 'after' | 'monotonicMs'>) {
    this.endsAt = time.monotonicMs() + STOP_MS;
  }

  /** The returned promise never rejects. */
  begin(part: StartedPart): Promise<void> {
    const stopped = this.stop(part).then(() => void this.running.delete(part));
    this.running.set(part, stopped);
    return stopped;
  }

  /** False if they do not stop within `ms` and the time of the whole stop. */
  async wait(stopped: readonly Promise<void>[], ms: number): Promise<boolean> {
    const over = new AbortController();
    const leftMs = Math.max(0, this.endsAt - this.time.monotonicMs());
    void Promise.all(stopped).then(() => over.abort());
    await delay(this.time, Math.min(ms, leftMs), over.signal);
    return over.signal.aborted;
  }

  async end(): Promise<void> {
    await this.wait([...this.running.values()], STOP_MS);
    const unfinished = [...this.running.keys()].map(({ name }) => name);
    if (unfinished.length > 0) this.failures.push(new UnfinishedPartsError(unfinished));
    if (this.failures.length > 0)
      throw new AggregateError(this.failures, 'Some parts did not stop');
  }

  private async stop({ name, stop }: StartedPart): Promise<void> {
    try {
      await stop();
    } catch (error) {
      this.failures.push(new Error(`${name} did not stop`, { cause: error }));
    }
  }
}
