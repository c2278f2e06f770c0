// The service's side of the projector's thread: starts and stops it, and answers from its latest
// messages.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FromProjector, ProjectorProgress } from './projector-progress.js';
import type { SpanTaker } from './projection-spans.js';
import { ProjectorView, type ProjectorViewOptions } from './projector-view.js';
import type { ProjectorTask } from './projector-worker.js';

export type RunningProjector = Pick<ProjectorView, 'status' | 'onProgress' | 'reached'> & {
  /** Resolves with the error when the thread dies without being stopped. */
  readonly failure: Promise<Error>;
  stop(): Promise<void>;
};

export interface ProjectorOptions extends Omit<ProjectorTask, 'isTraced'>, ProjectorViewOptions {
  /** Default: a new one. */
  readonly thread?: Worker | undefined;
  /** Receives messages for the operator. */
  readonly onNotice: (message: string) => void;
  /** Takes the spans of what is applied. Default: nothing is traced. */
  readonly onSpans?: SpanTaker | undefined;
}

/**
 * By default V8 lets the young generation grow to 128 MiB for each thread under load, and keeps the
 * pages.
 */
const YOUNG_MB = 24;

/** A thread that loads its modules, which takes a while, and then waits for what to do. */
export function openProjectorThread(): Worker {
  return new Worker(new URL('./projector-worker.js', import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
}

/** Resolves when the read models' tables exist; they may be up to date much later. */
export async function startProjector(options: ProjectorOptions): Promise<RunningProjector> {
  const { connectionString, dataDir, databaseUrl, pricingRules, onError } = options;
  const task: ProjectorTask = {
    connectionString,
    dataDir,
    ...(databaseUrl !== undefined && { databaseUrl }),
    ...(pricingRules !== undefined && { pricingRules }),
    ...(onError && { onError }),
    isTraced: options.onSpans !== undefined,
  };
  const { thread = openProjectorThread(), onNotice } = options;
  const first = firstProgress(thread, onNotice);
  thread.postMessage(task);
  return new ProjectorThread(thread, await first, options);
}

function firstProgress(
  worker: Worker,
  onNotice: (message: string) => void,
): Promise<ProjectorProgress> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (message: FromProjector) => {
      if (message.type === 'notice') onNotice(message.message);
      else if (message.type === 'progress') resolve(message);
    });
  });
}

class ProjectorThread extends ProjectorView implements RunningProjector {
  readonly failure: Promise<Error>;
  private isStopping = false;
  private readonly exited: Promise<unknown>;

  constructor(
    private readonly worker: Worker,
    progress: ProjectorProgress,
    options: ProjectorOptions,
  ) {
    super(progress, options);
    this.exited = once(worker, 'exit');
    this.failure = new Promise((resolve) => {
      worker.once('error', (error) =>
        resolve(error instanceof Error ? error : new Error(String(error))),
      );
      void this.exited.then(() => {
        if (!this.isStopping) resolve(new Error('The projector ended unexpectedly'));
      });
    });
    worker.on('message', (message: FromProjector) => {
      if (message.type === 'spans') options.onSpans?.(message.spans);
      else this.receive(message);
    });
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.close();
    this.worker.postMessage('stop');
    await this.exited;
  }
}
