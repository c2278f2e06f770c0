// Runs the node in a worker thread: SQLite is synchronous, and a commit that waits for the disk
// must not block the embedding program.
import { once } from 'node:events';
import { toStandardError } from './log/log-file.js';
import type { FromWorker, ToWorker } from './server/node-worker.js';
import type { EmbeddedNode, EmbeddedNodeOptions } from './options.js';
import {
  LogFileError,
  LogInUseError,
  CertificateError,
  CannotListenError,
  NodeShutDownError,
} from './errors.js';
import { asError } from './reason-of.js';
import { startNodeThread } from './server/node-thread.js';

export type { EmbeddedNode, EmbeddedNodeOptions } from './options.js';
export { CertificateError, LogFileError, LogInUseError } from './errors.js';

type StartOutcome = Exclude<FromWorker, { readonly type: 'report' | 'shut down' }>;

/**
 * Starts a node; resolves when it is ready.
 *
 * @throws LogInUseError, LogFileError, CannotListenError, CertificateError, RangeError
 */
export async function startEmbeddedNode({
  report = toStandardError,
  ...options
}: EmbeddedNodeOptions = {}): Promise<EmbeddedNode> {
  const worker = startNodeThread(options);
  const message = await new Promise<StartOutcome>((resolve) => {
    worker.on('message', (told: FromWorker) => {
      if (told.type === 'report') report(told.line);
      else if (told.type !== 'shut down') resolve(told);
    });
  });
  if (message.type === 'refused') {
    await worker.terminate();
    throw errorFrom(message);
  }
  const { host, port, connectionString, caFile, httpPort } = message;
  let isStopping = false;
  const exited = once(worker, 'exit');
  const failure = new Promise<Error>((resolve) => {
    worker.once('error', (error) => resolve(asError(error)));
    worker.on('message', ({ type }: FromWorker) => {
      if (type === 'shut down') resolve(new NodeShutDownError());
    });
    void exited.then(() => {
      if (!isStopping) resolve(new Error('The embedded node ended unexpectedly'));
    });
  });
  const stop = async () => {
    isStopping = true;
    worker.postMessage({ type: 'stop' } satisfies ToWorker);
    await exited;
  };
  return { host, port, connectionString, caFile, httpPort, failure, stop };
}

/** The errors of a failed start. Between threads an error keeps its name but not its class. */
const refusals = [LogInUseError, LogFileError, CannotListenError, CertificateError, RangeError];

function errorFrom({ name, message }: { readonly name: string; readonly message: string }): Error {
  const type = refusals.find((refusal) => refusal.name === name) ?? Error;
  return new type(message);
}
