// Reads the log in a separate thread, for callers that fold all events: that thread receives, this
// one folds.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type AllRange, eventsWithin } from './all-range.js';
import { StoreUnavailableError } from './errors.js';
import type { FromLogReader, LogPiece, LogReaderData } from './log-reader-worker.js';
import { type ReadAnswer, readAnswer, recordsOf } from './read-answer.js';
import type { StorePatience } from './store-patience.js';
import type { StoredEvent } from './stored-event.js';

export class LogReader {
  /** @param connectionString where the log is at the moment */
  constructor(
    private readonly connectionString: () => string,
    private readonly patience?: StorePatience,
  ) {}

  /**
   * As EventStore.readAllInBatches: the same events in the same order.
   *
   * @throws StoreUnavailableError
   */
  async *readAllInBatches(range: AllRange = {}): AsyncIterable<readonly StoredEvent[]> {
    let { after } = range;
    const rest = (): AllRange => (after === undefined ? range : { ...range, after });
    const read = () => pieces(this.connectionString(), rest());
    for await (const answers of this.patience?.answers(read) ?? read()) {
      const events = eventsWithin(rest(), answers);
      after = recordsOf(answers).at(-1)?.position ?? after;
      if (events.length > 0) yield events;
    }
  }
}

async function* pieces(
  connectionString: string,
  { after }: AllRange,
): AsyncGenerator<readonly ReadAnswer[], void, undefined> {
  const workerData: LogReaderData = { connectionString, after };
  const worker = new Worker(new URL('./log-reader-worker.js', import.meta.url), { workerData });
  const arrived: FromLogReader[] = [];
  worker.on('message', (message: FromLogReader) => arrived.push(message));
  // Also while the consumer works on earlier events; it gets the error with its next request.
  worker.on('error', (error: Error) => arrived.push({ kind: 'fault', error, isOutage: false }));
  try {
    for (;;) {
      // Rejects when the thread dies of an error.
      while (arrived.length === 0) await once(worker, 'message');
      const message = arrived.shift();
      if (message === undefined || message.kind === 'end') return;
      if (message.kind === 'fault') throw faultOf(message);
      worker.postMessage('taken');
      yield answersIn(message);
    }
  } finally {
    await worker.terminate();
  }
}

function answersIn({ bytes, lengths }: LogPiece) {
  let begin = 0;
  return Array.from(lengths, (length) => {
    begin += length;
    return readAnswer(bytes.subarray(begin - length, begin));
  });
}

function faultOf({ error, isOutage }: Extract<FromLogReader, { kind: 'fault' }>): Error {
  return isOutage ? new StoreUnavailableError('read of $all in a thread', error) : error;
}
