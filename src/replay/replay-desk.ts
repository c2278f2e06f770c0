// Where an administrator orders replays while the service runs. Each order has a thread of its own;
// what becomes of it is on record in the database, for all instances.
import { Worker } from 'node:worker_threads';
import type {
  BegunReplay,
  FromReplay,
  ReplayNotice,
  ReplayOrder,
  ReplayWorkerData,
} from './replay-order.js';
import { type Refusal, refused } from './outcomes.js';

export interface ReplayDeskOptions extends Pick<
  ReplayWorkerData,
  'place' | 'connectionString' | 'pricingRules' | 'onError'
> {
  /** Called when a thread fails after its answer; the replay's record tells the reason too. */
  readonly onFault: (fault: unknown) => void;
}

/** Who orders something, such as `admin ann`, and why. */
export interface Orderer {
  /** Of the replay's record. */
  readonly id?: string;
  readonly by: string;
  readonly reason?: string;
}

/** As the projector's thread: V8 keeps the pages that it once took. */
const YOUNG_MB = 48;
/** A thread that has not ended by itself after this time is ended. */
const STOP_MS = 5_000;

/** The orders that no second one can run beside. */
const exclusive: readonly ReplayOrder['kind'][] = ['rebuild', 'promote', 'drop old', 'drop new'];

export class ReplayDesk {
  private readonly threads = new Set<Worker>();
  /** By the id of the record, until they are answered. */
  private readonly unanswered = new Map<string, Promise<BegunReplay | Refusal<string>>>();
  private running: Worker | undefined;
  /** Resolves when a thread that has ended its replay has let go of it. */
  private ending: Promise<void> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly options: ReplayDeskOptions) {}

  /**
   * Resolves when a replay has begun, or when everything else is done. An order with the id of
   * one that is not answered yet gets the answer of that one.
   *
   * @throws the error of the thread, such as ReadModelsUnavailableError
   */
  place(order: ReplayOrder, orderer: Orderer): Promise<BegunReplay | Refusal<string>> {
    const { id } = orderer;
    if (id === undefined) return this.placeOnce(order, orderer);
    const known = this.unanswered.get(id);
    if (known !== undefined) return known;
    const answer = this.placeOnce(order, orderer).finally(() => this.unanswered.delete(id));
    this.unanswered.set(id, answer);
    return answer;
  }

  private async placeOnce(
    order: ReplayOrder,
    orderer: Orderer,
  ): Promise<BegunReplay | Refusal<string>> {
    const isExclusive = exclusive.includes(order.kind);
    if (isExclusive) await this.ending;
    // The lock in the database would consider an earlier holder in the same process dead.
    if (isExclusive && this.running !== undefined) {
      return refused('HELD', 'A replay is already running in this process');
    }
    const thread = this.startThread(order, orderer);
    if (isExclusive) this.running = thread;
    return this.answerOf(thread);
  }

  /**
   * Stops the running replay after its current batch, wherever it runs; false when none does.
   * Another instance learns of it with its next heartbeat.
   */
  async stopRunning(orderer: Orderer): Promise<boolean> {
    // One that only lets go, or that was refused, is not what a caller wants to stop.
    await this.ending;
    if (this.running !== undefined) {
      this.running.postMessage('stop');
      return true;
    }
    return (await this.place({ kind: 'stop' }, orderer)).kind !== 'refused';
  }

  /** Calls the listener after each change of a record by this instance. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.threads].map(endThread));
  }

  private startThread(order: ReplayOrder, { id, by, reason }: Orderer): Worker {
    const { place, connectionString, pricingRules, onError } = this.options;
    const workerData: ReplayWorkerData = {
      ...{ order, place, connectionString, onError, by },
      ...(pricingRules !== undefined && { pricingRules }),
      ...(id !== undefined && { id }),
      ...(reason !== undefined && { reason }),
    };
    const thread = new Worker(new URL('./replay-worker.js', import.meta.url), {
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.threads.add(thread);
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    thread.on('message', (message: FromReplay) => {
      if (message.kind === 'changed') this.tell();
      else if (isLast(message)) this.ending = ended;
    });
    thread.once('exit', () => {
      this.threads.delete(thread);
      if (this.running === thread) [this.running, this.ending] = [undefined, undefined];
      this.tell();
    });
    return thread;
  }

  private answerOf(thread: Worker): Promise<BegunReplay | Refusal<string>> {
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const answer = (message: FromReplay) => {
        if (isNotice(message)) return;
        isAnswered = true;
        resolve(message);
      };
      thread.on('message', answer);
      thread.once('error', (fault) => {
        if (isAnswered) this.options.onFault(fault);
        else reject(fault instanceof Error ? fault : new Error(String(fault)));
      });
      thread.once('exit', () => reject(new Error('The replay ended before it began')));
    });
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function isNotice(message: FromReplay): message is ReplayNotice {
  return message.kind === 'changed' || message.kind === 'ending';
}

/** After it the thread only lets go. */
function isLast(message: FromReplay): boolean {
  return message.kind !== 'begun' || message.id === null;
}

async function endThread(thread: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  thread.postMessage('stop');
  const timer = setTimeout(() => void thread.terminate(), STOP_MS);
  await ended;
  clearTimeout(timer);
}
