// The node's side of the thread in which queries run. The thread starts with the first sandbox. One
// that does not answer for long, or dies, ends with all of its sandboxes: the call that it was busy
// with fails, and the others are told that their sandbox is lost.
import type { Worker } from 'node:worker_threads';
import { utf8Text } from '../log/utf8-text.js';
import { startThread } from '../start-thread.js';
import type { FromSandboxes, ToSandboxes } from './sandbox-worker.js';
import type { SandboxMode } from './sandbox.js';
import { LIMITS, SandboxError, type SandboxLimits, type SourceDefinition } from './protocol.js';

export interface SandboxAnswer {
  readonly json: string;
  readonly tookMs: number;
  /** What the engine has reserved so far. */
  readonly memoryBytes: number;
}

/** What a session's owner does with it; `run` rejects with a `SandboxError`. */
export interface SandboxSession {
  readonly definition: SourceDefinition;
  run(method: 'partitions' | 'process', json: string): Promise<SandboxAnswer>;
  close(): void;
}

/** The thread ended because of another sandbox; open a new one and repeat. */
export class SandboxLost extends Error {
  override readonly name = 'SandboxLost';
}

interface Waiting {
  readonly resolve: (told: FromSandboxes) => void;
  readonly reject: (error: unknown) => void;
}

const TICK_MS = 500;
/** A call is interrupted long before; only an engine that hangs takes so many ticks. */
const MOST_TICKS = 20;
/** Of V8's own heap; the engines' memory lies outside of it, with bounds of its own. */
const HEAP_MB = 256;

export class SandboxThread {
  private worker: Worker | undefined;
  /** In the order of the calls: the thread works on the first one. */
  private readonly waiting = new Map<number, Waiting>();
  private ticker: NodeJS.Timeout | undefined;
  private ticks = 0;
  private last = 0;
  private isStopped = false;

  constructor(private readonly limits: SandboxLimits = LIMITS) {}

  /** @throws SandboxError for a query that cannot be used, SandboxLost */
  async open(query: string, mode: SandboxMode): Promise<SandboxSession> {
    const session = this.nextId();
    const { limits } = this;
    const worker = this.running();
    const opened = await this.call({ type: 'open', id: session, session, query, mode, limits });
    return {
      definition: JSON.parse(opened.json, withNames) as SourceDefinition,
      run: (method, json) => {
        if (this.worker !== worker) return Promise.reject(new SandboxLost());
        return this.call({ type: 'run', id: this.nextId(), session, method, json });
      },
      close: () => {
        if (this.worker === worker) this.tell({ type: 'close', session });
      },
    };
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    const { worker } = this;
    this.end(new SandboxLost());
    await worker?.terminate();
  }

  private nextId(): number {
    this.last += 1;
    return this.last;
  }

  private running(): Worker {
    if (this.isStopped) throw new SandboxLost();
    if (this.worker !== undefined) return this.worker;
    const worker = startThread('./sandbox-worker.js', import.meta.url, {
      // The query must not see the environment, even if it could leave its engine.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    worker.on('message', (told: FromSandboxes) => this.answered(told));
    worker.on('error', (error: Error) => {
      if (this.worker !== worker) return;
      this.end(new SandboxError({ kind: 'crashed', message: error.message }));
    });
    this.worker = worker;
    return worker;
  }

  private async call(message: Exclude<ToSandboxes, { type: 'close' }>): Promise<SandboxAnswer> {
    const told = await new Promise<FromSandboxes>((resolve, reject) => {
      this.waiting.set(message.id, { resolve, reject });
      this.watch();
      this.tell(message);
    });
    const { result = '', memoryBytes = 0, failure, tookMs } = told;
    if (failure !== undefined) throw new SandboxError(failure);
    return { json: result, tookMs, memoryBytes };
  }

  private tell(message: ToSandboxes): void {
    this.worker?.postMessage(message);
  }

  private answered(told: FromSandboxes): void {
    this.ticks = 0;
    const waiting = this.waiting.get(told.id);
    this.waiting.delete(told.id);
    if (this.waiting.size === 0) this.rest();
    waiting?.resolve(told);
  }

  /** Counts ticks rather than the time, which also passes while the process is suspended. */
  private watch(): void {
    this.ticker ??= setInterval(() => {
      this.ticks += 1;
      if (this.ticks < MOST_TICKS) return;
      const message = `Projection script took too long to execute (more than ${(MOST_TICKS * TICK_MS) / 1000} s)`;
      this.end(new SandboxError({ kind: 'time', message }));
    }, TICK_MS);
  }

  private rest(): void {
    clearInterval(this.ticker);
    this.ticker = undefined;
    this.ticks = 0;
  }

  /** @param reason of the call that the thread was busy with */
  private end(reason: Error): void {
    const { worker } = this;
    this.worker = undefined;
    this.rest();
    const [busy, ...others] = this.waiting.values();
    this.waiting.clear();
    busy?.reject(reason);
    for (const { reject } of others) reject(new SandboxLost());
    void worker?.terminate();
  }
}

/** With names as the log keeps them. */
function withNames(_: string, value: unknown): unknown {
  return typeof value === 'string' ? utf8Text(value) : value;
}
