// A subscription to the log as a sequence of events, checkpoints and caught-up signals, in the
// server's order and with a bounded buffer.
import { AnswerQueue } from './answer-queue.js';
import { readFault, StoreUnavailableError } from './errors.js';
import { type ReadAnswer, storedEventOf } from './read-answer.js';
import type { ReadCall } from './store-access.js';
import type { StoredEvent } from './stored-event.js';
import { isOfStore } from './stream-removal.js';
import { orAborted } from '../waiting/or-aborted.js';
import type { Time } from '../waiting/time.js';

export type Delivery =
  { readonly event: StoredEvent } | { readonly caughtUp: true } | { readonly checkpoint: bigint };

/** Ends by `signal`, or throws: an end by the server is a fault. */
export async function* deliveries(
  open: () => Promise<ReadCall<ReadAnswer>>,
  withStoreEvents: boolean,
  time: Pick<Time, 'soon'>,
  signal?: AbortSignal,
): AsyncGenerator<Delivery, void, undefined> {
  const opening = open().then((call) => new AnswerQueue(call, time));
  const queue = await openedBefore(opening, signal);
  if (queue === undefined) return;
  const stop = () => queue.stopWaiting();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    while (!isAborted(signal)) {
      const answers = queue.take();
      for (const answer of answers) {
        if (isAborted(signal)) return;
        const delivery = deliveryOf(answer, withStoreEvents);
        if (delivery !== undefined) yield delivery;
      }
      if (answers.length > 0) continue;
      if (queue.ended) throw faultOf(queue.ended.fault);
      await queue.arrival();
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    queue.cancel();
  }
}

/** A call that opens after the abort is cancelled at once. */
async function openedBefore(
  opening: Promise<AnswerQueue<ReadAnswer>>,
  signal: AbortSignal | undefined,
): Promise<AnswerQueue<ReadAnswer> | undefined> {
  try {
    const queue = await orAborted(opening, signal);
    if (queue === undefined) {
      opening.then(
        (late) => late.cancel(),
        () => undefined,
      );
    }
    return queue;
  } catch (fault) {
    throw faultOf(fault);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function deliveryOf(answer: ReadAnswer, withStoreEvents: boolean): Delivery | undefined {
  switch (answer.kind) {
    case 'event': {
      const { record } = answer;
      const isLeftOut = !withStoreEvents && isOfStore(record);
      return isLeftOut ? { checkpoint: record.position } : { event: storedEventOf(record) };
    }
    case 'checkpoint':
      return { checkpoint: answer.position };
    case 'caught up':
      return { caughtUp: true };
    default:
      return undefined;
  }
}

function faultOf(fault: unknown): unknown {
  if (fault === undefined) {
    const end = new Error('the store ended the subscription');
    return new StoreUnavailableError('a subscription', end);
  }
  const isPlain = fault instanceof Error && fault.constructor === Error;
  const doing = 'a subscription';
  return isPlain ? new StoreUnavailableError(doing, fault) : readFault(fault, doing);
}
