// The service's side of the relay's thread: starts and stops it, and has its latest status. A
// thread that dies is started again: the topics tell where to go on.
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../errors/reason-of.js';
import { atFirst } from './relay.js';
import type { FromRelay, RelayWorkerData } from './relay-worker.js';

export interface RelayThreadOptions extends RelayWorkerData {
  /** Called with the reason of each fault from which the relay recovers. */
  readonly onFault: (reason: string) => void;
}

const RESTART_MS = 2_000;

export class RelayThread {
  status = atFirst;
  private isStopping = false;
  private restart: NodeJS.Timeout | undefined;
  private worker: Worker;
  private exited: Promise<unknown>;

  private constructor(private readonly options: RelayThreadOptions) {
    [this.worker, this.exited] = this.start();
  }

  /** Never fails: a relay that cannot reach the brokers retries, and its status says so. */
  static start(options: RelayThreadOptions): RelayThread {
    return new RelayThread(options);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.restart);
    this.worker.postMessage('stop');
    await this.exited;
  }

  private start(): [Worker, Promise<unknown>] {
    const { onFault, ...workerData } = this.options;
    const worker = new Worker(new URL('./relay-worker.js', import.meta.url), { workerData });
    worker.on('message', (message: FromRelay) => {
      if (message.type === 'status') this.status = message.status;
      else onFault(message.reason);
    });
    worker.on('error', (fault) => {
      onFault(reasonOf(fault));
      this.status = { ...this.status, state: 'RETRYING', error: reasonOf(fault) };
    });
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    void exited.then(() => this.startAgain());
    return [worker, exited];
  }

  private startAgain(): void {
    if (this.isStopping) return;
    this.restart = setTimeout(() => {
      [this.worker, this.exited] = this.start();
    }, RESTART_MS);
  }
}
