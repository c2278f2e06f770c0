// Reads with a stall timeout and a bounded retry: a silent read is cancelled, and a read that
// failed before its first answer is repeated.
import { AnswerQueue } from './answer-queue.js';
import { isOutage, readFault } from './errors.js';
import { retrying } from '../waiting/retrying.js';
import { systemTime, type Time } from '../waiting/time.js';
import type { ReadCall } from './store-access.js';
import { RETRY_PAUSE_MS, withStoreTimeout } from './store-timeout.js';

/** The service promises to report an unavailable store within 3 s; this is less. */
const READ_TIMEOUT_MS = 2_500;

interface ReadLimits {
  /** After so many answers the server ends the call. */
  readonly most?: number;
  /** Which errors before the first answer let it ask again. Default: all outages. */
  readonly retryIf?: (error: unknown) => boolean;
}

/**
 * The answers to a read, as they arrive.
 *
 * @throws StoreUnavailableError when the answers do not start or stop arriving; StoreAccessError;
 * otherwise the call's error
 */
export async function* reading<Answer>(
  open: () => Promise<ReadCall<Answer>>,
  doing: string,
  time: Time = systemTime,
  { most = Infinity, retryIf = isOutage }: ReadLimits = {},
): AsyncGenerator<readonly Answer[], void, undefined> {
  const begin = async (leftMs: number) => {
    const opening = open().then((call) => new AnswerQueue(call, time, most));
    const answers = withStallTimer(opening, time.monotonicMs() + leftMs, doing, time);
    return { first: await answers.next(), answers };
  };
  try {
    const { first, answers } = await retrying(begin, {
      retryIf,
      pauseMs: RETRY_PAUSE_MS,
      withinMs: READ_TIMEOUT_MS,
      time,
    });
    try {
      for (let next = first; next.done !== true; next = await answers.next()) yield next.value;
    } finally {
      await answers.return();
    }
  } catch (error) {
    throw readFault(error, doing);
  }
}

/** The timer excludes the consumer's own time. */
async function* withStallTimer<Answer>(
  opening: Promise<AnswerQueue<Answer>>,
  firstBy: number,
  doing: string,
  time: Time,
): AsyncGenerator<readonly Answer[], void, undefined> {
  let leftMs = firstBy - time.monotonicMs();
  const queue = await openedWithin(opening, leftMs, doing, time);
  try {
    leftMs = firstBy - time.monotonicMs();
    for (;;) {
      const answers = queue.take();
      if (answers.length > 0) {
        yield answers;
        leftMs = READ_TIMEOUT_MS;
      } else if (queue.ended !== undefined) {
        if (queue.ended.fault !== undefined) throw queue.ended.fault;
        return;
      } else await withStoreTimeout(queue.arrival(), leftMs, doing, time);
    }
  } catch (error) {
    queue.cancel();
    throw error;
  } finally {
    if (queue.ended === undefined) queue.leave();
  }
}

/** A call that opens too late is cancelled at once. */
async function openedWithin<Answer>(
  queue: Promise<AnswerQueue<Answer>>,
  timeoutMs: number,
  doing: string,
  time: Time,
): Promise<AnswerQueue<Answer>> {
  try {
    return await withStoreTimeout(queue, timeoutMs, doing, time);
  } catch (error) {
    queue.then(
      (late) => late.cancel(),
      () => undefined,
    );
    throw error;
  }
}
