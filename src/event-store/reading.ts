// Reads that neither hang nor give up at once: a read that gives nothing for a while is cancelled,
// and one that failed before it gave anything is asked for again.
import { setTimeout as delay } from 'node:timers/promises';
import { isOutage, StoreUnavailableError } from './errors.js';
import { pauseBeforeRetryMs, within } from './within.js';

type Read<T> = AsyncIterable<T> & { cancel(): Promise<void> };

/** Under the service's promise of 3 s to say that the store is away. */
const READ_TIMEOUT_MS = 2_500;

/** @throws StoreUnavailableError when there is no answer, or none any more; else what the read throws. */
export async function* reading<T>(
  open: () => Read<T>,
  doing: string,
): AsyncGenerator<T, void, undefined> {
  const endsAt = performance.now() + READ_TIMEOUT_MS;
  for (;;) {
    let hasGiven = false;
    try {
      for await (const item of withStallTimer(open(), endsAt, doing)) {
        hasGiven = true;
        yield item;
      }
      return;
    } catch (error) {
      if (!isOutage(error)) throw error;
      const pauseMs = pauseBeforeRetryMs();
      if (hasGiven || performance.now() + pauseMs >= endsAt) {
        throw new StoreUnavailableError(doing, error);
      }
      await delay(pauseMs);
    }
  }
}

/** How long the consumer takes over an item does not count. */
async function* withStallTimer<T>(
  read: Read<T>,
  firstBy: number,
  doing: string,
): AsyncGenerator<T, void, undefined> {
  const iterator = read[Symbol.asyncIterator]();
  let leftMs = firstBy - performance.now();
  let hasEnded = false;
  try {
    for (;;) {
      const next = await within(iterator.next(), leftMs, doing);
      leftMs = READ_TIMEOUT_MS;
      if (next.done === true) {
        hasEnded = true;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not waited for: where the call never came about there is nothing to cancel.
    if (!hasEnded) read.cancel().catch(() => undefined);
  }
}
