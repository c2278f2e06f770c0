// Runs the node in a worker thread: SQLite is synchronous, and a commit that waits for the disk
// must not block the embedding program.
import { demandNode } from './node-version.js';
import { toStandardError } from './report.js';
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
import { giveNodeThread, takeNodeThread } from './server/node-thread.js';

export type { EmbeddedNode, EmbeddedNodeOptions } from './options.js';
export { CertificateError, LogFileError, LogInUseError } from './errors.js';

type StartOutcome = Extract<FromWorker, { readonly type: 'ready' | 'refused' }>;

/**
 * Starts a node; resolves when it is ready.
 *
 * @throws LogInUseError, LogFileError, CannotListenError, CertificateError, RangeError,
 * UnsupportedNodeError
 */
export async function startEmbeddedNode({
  report = toStandardError,
  ...options
}: EmbeddedNodeOptions = {}): Promise<EmbeddedNode> {
  demandNode();
  const worker = takeNodeThread();
  const tell = (message: ToWorker) => worker.postMessage(message);
  let isStopping = false;
  let hasEnded = false;
  const ended = Promise.withResolvers<undefined>();
  const failure = Promise.withResolvers<Error>();
  const fail = (error: Error) => {
    if (!isStopping) failure.resolve(error);
  };
  const end = (why: Error) => {
    hasEnded = true;
    fail(why);
    ended.resolve(undefined);
  };
  const outcome = await new Promise<StartOutcome>((resolve, reject) => {
    void failure.promise.then(reject);
    worker.once('error', (error) => fail(asError(error)));
    worker.once('exit', () => end(new Error('The embedded node ended unexpectedly')));
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'report') report(message.line, message.what);
      else if (message.type === 'ready' || message.type === 'refused') resolve(message);
      else {
        giveNodeThread(worker);
        end(new NodeShutDownError());
      }
    });
    try {
      tell({ type: 'start', options });
    } catch (error) {
      // Options that cannot be cloned, such as a function among them, do not reach the thread.
      giveNodeThread(worker);
      reject(asError(error));
    }
  });
  if (outcome.type === 'refused') {
    giveNodeThread(worker);
    throw errorFrom(outcome);
  }
  const { host, port, connectionString, caFile, httpPort } = outcome;
  const stop = async () => {
    if (!isStopping && !hasEnded) tell({ type: 'stop' });
    isStopping = true;
    await ended.promise;
  };
  return { host, port, connectionString, caFile, httpPort, failure: failure.promise, stop };
}

/** The errors of a failed start. Between threads an error keeps its name but not its class. */
const refusals = [LogInUseError, LogFileError, CannotListenError, CertificateError, RangeError];

function errorFrom({ name, message }: { readonly name: string; readonly message: string }): Error {
  const type = refusals.find((refusal) => refusal.name === name) ?? Error;
  return new type(message);
}
