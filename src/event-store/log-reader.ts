// Reads the log in a separate thread, for callers that fold all events: that thread receives, this
// one folds.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type AllRange, eventsWithin } from './all-range.js';
import { StoreUnavailableError } from './errors.js';
import type { FromLogReader, LogPiece, LogReaderData } from './log-reader-worker.js';
import { readAnswer } from './read-answer.js';
import type { StoredEvent } from './stored-event.js';

export class LogReader {
  constructor(private readonly connectionString: string) {}

  /**
   * As EventStore.readAllInBatches: the same events in the same order.
   *
   * @throws StoreUnavailableError
   */
  async *readAllInBatches(range: AllRange = {}): AsyncIterable<readonly StoredEvent[]> {
    const { connectionString } = this;
    const workerData: LogReaderData = { connectionString, after: range.after };
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
        const events = eventsWithin(range, answersIn(message));
        if (events.length > 0) yield events;
      }
    } finally {
      await worker.terminate();
    }
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
