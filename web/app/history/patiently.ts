// Waits while the service says that too much history was read at once, and asks again.
import { codeOf } from '../faults.ts';

/** The service counts by the second. */
const pauseMs = 1_000;

export async function patiently<Result>(
  ask: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (codeOf(error) !== 'RATE_LIMITED' || signal?.aborted === true) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
