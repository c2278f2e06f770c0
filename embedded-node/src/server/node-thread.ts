// The threads of nodes. Loading the node's code takes a thread longer than starting a node, so the
// thread of a stopped node waits a moment for the next one: tests start a node each.
import type { Worker } from 'node:worker_threads';
import { startThread } from '../start-thread.js';

/**
 * By default V8 lets the young generation grow to 128 MiB for each thread under load, and keeps the
 * pages.
 */
const YOUNG_MB = 16;

/** For how long a thread without a node is kept. It keeps no process alive. */
const IDLE_MS = 1_000;

let idle: { readonly thread: Worker; readonly end: NodeJS.Timeout } | undefined;

/** A thread that runs no node. */
export function takeNodeThread(): Worker {
  if (idle === undefined) {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
    return startThread('./node-worker.js', import.meta.url, { resourceLimits });
  }
  const { thread, end } = idle;
  idle = undefined;
  clearTimeout(end);
  stopListening(thread);
  thread.ref();
  return thread;
}

/** Takes a thread back whose node has stopped. */
export function giveNodeThread(thread: Worker): void {
  stopListening(thread);
  thread.once('error', () => forget(thread));
  thread.once('exit', () => forget(thread));
  thread.unref();
  if (idle !== undefined) void thread.terminate();
  else idle = { thread, end: setTimeout(() => void thread.terminate(), IDLE_MS).unref() };
}

/** Node's own listeners on a `Worker` have other names, and have to stay. */
function stopListening(thread: Worker): void {
  for (const event of ['message', 'error', 'exit']) thread.removeAllListeners(event);
}

function forget(thread: Worker): void {
  if (idle?.thread === thread) idle = undefined;
}
