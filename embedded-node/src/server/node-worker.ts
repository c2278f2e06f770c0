// The worker thread of embedded nodes, one at a time: starts a node, reports it, and stops it on
// request.
import { parentPort } from 'node:worker_threads';
import type { Report, Reported } from '../report.js';
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
  | { readonly type: 'report'; readonly line: string; readonly what: Reported }
  | { readonly type: 'refused'; readonly name: string; readonly message: string }
  | { readonly type: 'stopped' }
  /** A client requested the shutdown, and the node has stopped. */
  | { readonly type: 'shut down' };

export type NodeThreadOptions = Omit<EmbeddedNodeOptions, 'report'>;

export type ToWorker =
  { readonly type: 'start'; readonly options: NodeThreadOptions } | { readonly type: 'stop' };

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const tell = (message: FromWorker) => parent.postMessage(message);

let node: EmbeddedNode | undefined;
parent.on('message', (message: ToWorker) => {
  if (message.type === 'start') void start(message.options);
  else void stop('stopped');
});

async function start(options: NodeThreadOptions): Promise<void> {
  try {
    const report: Report = (line, what) => tell({ type: 'report', line, what });
    node = await startNode({ ...options, report }, () => void stop('shut down'));
    const { host, port, connectionString, caFile, httpPort } = node;
    tell({ type: 'ready', host, port, connectionString, caFile, httpPort });
  } catch (error) {
    const { name, message } = asError(error);
    tell({ type: 'refused', name, message });
  }
}

async function stop(type: 'stopped' | 'shut down'): Promise<void> {
  const stopping = node;
  // A client may request the shutdown while the program stops the node: only one of them tells.
  node = undefined;
  if (stopping === undefined) return;
  await stopping.stop();
  tell({ type });
}
