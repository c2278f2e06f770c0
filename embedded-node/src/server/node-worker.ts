// The worker thread of an embedded node: starts the node, reports it, and stops it on request.
import { parentPort, workerData } from 'node:worker_threads';
import { startNode } from './node.js';
import type { EmbeddedNode, EmbeddedNodeOptions } from '../options.js';
import { asError } from '../reason-of.js';

export type FromWorker =
  | {
      readonly type: 'ready';
      readonly host: string;
      readonly port: number;
      readonly connectionString: string;
      readonly caFile: string | undefined;
      readonly httpPort: number | undefined;
    }
  | { readonly type: 'report'; readonly line: string }
  | { readonly type: 'refused'; readonly name: string; readonly message: string }
  /** A client requested the shutdown, and the node has stopped. */
  | { readonly type: 'shut down' };

export interface ToWorker {
  readonly type: 'stop';
}

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const tell = (message: FromWorker) => parent.postMessage(message);

let node: EmbeddedNode | undefined;
try {
  const report = (line: string) => tell({ type: 'report', line });
  node = await startNode({ ...(workerData as EmbeddedNodeOptions), report }, () => {
    void stop({ type: 'shut down' });
  });
  const { host, port, connectionString, caFile, httpPort } = node;
  tell({ type: 'ready', host, port, connectionString, caFile, httpPort });
} catch (error) {
  const { name, message } = asError(error);
  tell({ type: 'refused', name, message });
}

parent.once('message', () => void stop());

/** @param message sent after the stop */
async function stop(message?: FromWorker): Promise<void> {
  await node?.stop();
  if (message !== undefined) tell(message);
  parent?.close();
}
