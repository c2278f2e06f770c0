// The thread of a log reader: receives the log and transfers the undecoded answers in large
// buffers. At most a few buffers wait for the consumer.
import { parentPort, workerData } from 'node:worker_threads';
import { rangeRequest } from './all-range.js';
import { StoreUnavailableError } from './errors.js';
import { ReadConnection } from './read-connection.js';
import { reading } from './reading.js';
import { StoreNodes } from './store-nodes.js';

export interface LogReaderData {
  readonly connectionString: string;
  readonly after: bigint | undefined;
}

/** Concatenated answers, and the length of each. */
export interface LogPiece {
  readonly kind: 'piece';
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: Uint32Array<ArrayBuffer>;
}

export type FromLogReader =
  | LogPiece
  | { readonly kind: 'end' }
  | { readonly kind: 'fault'; readonly error: Error; readonly isOutage: boolean };

const MOST_WAITING = 4;

const parent = parentPort;
if (parent === null) throw new Error('This module runs in a worker thread');
const { connectionString, after } = workerData as LogReaderData;
const nodes = new StoreNodes(connectionString);
const connection = new ReadConnection(nodes);

let waiting = 0;
let wake: () => void = () => undefined;
// Every message means that the consumer took a buffer.
parent.on('message', () => {
  waiting -= 1;
  wake();
});

async function hand(answers: readonly Uint8Array[]): Promise<void> {
  const lengths = Uint32Array.from(answers, ({ length }) => length);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let begin = 0;
  for (const answer of answers) {
    bytes.set(answer, begin);
    begin += answer.length;
  }
  const piece: FromLogReader = { kind: 'piece', bytes, lengths };
  waiting += 1;
  parent?.postMessage(piece, [bytes.buffer, lengths.buffer]);
  while (waiting >= MOST_WAITING) await new Promise<void>((resolve) => (wake = resolve));
}

async function readAll(): Promise<FromLogReader> {
  const request = rangeRequest(after === undefined ? {} : { after });
  const open = () => connection.open(request, (answer) => answer);
  try {
    for await (const answers of reading(open, 'read of $all')) await hand(answers);
    return { kind: 'end' };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Between threads an error keeps its message but not its class.
    return { kind: 'fault', error, isOutage: error instanceof StoreUnavailableError };
  }
}

parent.postMessage(await readAll());
await Promise.all([connection.close(), nodes.close()]);
parent.close();
