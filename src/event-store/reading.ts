// Reads that neither hang nor give up at once: a read that gives nothing for a while is cancelled,
// and one that failed before it gave anything is asked for again.
import { AnswerQueue } from './answer-queue.js';
import type { ReadCall } from './client-internals.js';
import { isOutage, StoreUnavailableError } from './errors.js';
import { retrying } from '../waiting/retrying.js';
import { RETRY_PAUSE_MS, withStoreTimeout } from './store-timeout.js';

/** Under the service's promise of 3 s to say that the store is away. */
const READ_TIMEOUT_MS = 2_500;

/**
 * What a read is answered, as it arrives.
 * @throws StoreUnavailableError when there is no answer, or none any more; else what ended the
 * call.
 */
export async function* reading<Answer>(
  open: () => Promise<ReadCall<Answer>>,
  doing: string,
): AsyncGenerator<readonly Answer[], void, undefined> {
  const begin = async (leftMs: number) => {
    const answers = withStallTimer(open(), performance.now() + leftMs, doing);
    return { first: await answers.next(), answers };
  };
  try {
    const { first, answers } = await retrying(begin, {
      retryIf: isOutage,
      pauseMs: RETRY_PAUSE_MS,
      withinMs: READ_TIMEOUT_MS,
    });
    try {
      for (let next = first; next.done !== true; next = await answers.next()) yield next.value;
    } finally {
      await answers.return();
    }
  } catch (error) {
    throw isOutage(error) ? new StoreUnavailableError(doing, error) : error;
  }
}

/** How long the consumer takes over a batch does not count. */
async function* withStallTimer<Answer>(
  opening: Promise<ReadCall<Answer>>,
  firstBy: number,
  doing: string,
): AsyncGenerator<readonly Answer[], void, undefined> {
  let leftMs = firstBy - performance.now();
  const queue = await openedWithin(opening, leftMs, doing);
  try {
    leftMs = firstBy - performance.now();
    for (;;) {
      const answers = queue.take();
      if (answers.length > 0) {
        yield answers;
        leftMs = READ_TIMEOUT_MS;
      } else if (queue.ended !== undefined) {
        if (queue.ended.fault !== undefined) throw queue.ended.fault;
        return;
      } else await withStoreTimeout(queue.arrival(), leftMs, doing);
    }
  } finally {
    if (queue.ended === undefined) queue.cancel();
  }
}

/** A call that comes about too late is ended at once: nobody waits for its answers any more. */
async function openedWithin<Answer>(
  opening: Promise<ReadCall<Answer>>,
  timeoutMs: number,
  doing: string,
): Promise<AnswerQueue<Answer>> {
  const queue = opening.then((call) => new AnswerQueue(call));
  try {
    return await withStoreTimeout(queue, timeoutMs, doing);
  } catch (error) {
    queue.then(
      (late) => late.cancel(),
      () => undefined,
    );
    throw error;
  }
}
