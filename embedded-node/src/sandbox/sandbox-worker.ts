// The thread of the sandboxes: it opens them, and runs one call after another.
import { parentPort } from 'node:worker_threads';
import { Sandbox, type SandboxMode } from './sandbox.js';
import { SandboxError, type SandboxFailure, type SandboxLimits } from './protocol.js';

export type ToSandboxes =
  | {
      readonly type: 'open';
      readonly id: number;
      readonly session: number;
      readonly query: string;
      readonly mode: SandboxMode;
      readonly limits: SandboxLimits;
    }
  | {
      readonly type: 'run';
      readonly id: number;
      readonly session: number;
      readonly method: 'partitions' | 'process';
      readonly json: string;
    }
  | { readonly type: 'close'; readonly session: number };

export interface FromSandboxes {
  readonly id: number;
  /** JSON: a definition, or what the method returned. */
  readonly result?: string;
  readonly failure?: SandboxFailure;
  /** What the engine has reserved after the call. */
  readonly memoryBytes?: number;
  /** CPU time of the call. */
  readonly tookMs: number;
}

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const sandboxes = new Map<number, Sandbox>();

/** One after another, because a sandbox opens asynchronously. */
let queue = Promise.resolve();
parent.on('message', (message: ToSandboxes) => {
  queue = queue.then(() => handle(message));
});

async function handle(message: ToSandboxes): Promise<void> {
  const { session } = message;
  if (message.type === 'close') {
    sandboxes.get(session)?.close();
    sandboxes.delete(session);
    return;
  }
  const before = process.threadCpuUsage();
  const answer = await answerOf(message);
  const { user, system } = process.threadCpuUsage(before);
  const told: FromSandboxes = { id: message.id, ...answer, tookMs: (user + system) / 1000 };
  parent?.postMessage(told);
}

async function answerOf(
  message: Exclude<ToSandboxes, { type: 'close' }>,
): Promise<Pick<FromSandboxes, 'result' | 'memoryBytes' | 'failure'>> {
  const { session } = message;
  try {
    if (message.type === 'open') {
      const { query, mode, limits } = message;
      const { sandbox, definition } = await Sandbox.open(query, mode, limits);
      sandboxes.set(session, sandbox);
      return { result: JSON.stringify(definition), memoryBytes: sandbox.memoryBytes };
    }
    const sandbox = sandboxes.get(session);
    if (sandbox === undefined) throw new Error(`There is no sandbox ${session}`);
    const result = sandbox.run(message.method, message.json);
    return { result, memoryBytes: sandbox.memoryBytes };
  } catch (error) {
    sandboxes.delete(session);
    if (!(error instanceof SandboxError)) throw error;
    const { kind, message: text } = error;
    return { failure: { kind, message: text } };
  }
}
