// Lets a mutation wait for the read model that shows its change.
import type { RequestContext } from './context.js';

const catchUpMs = 2_000;

/**
 * Waits until the read models have the change. It is in the log either way, so a slow read model
 * does not fail the mutation.
 *
 * @param position of the change in the log; null where nothing was appended
 */
export async function caughtUp(
  { services }: RequestContext,
  position: bigint | null,
): Promise<void> {
  if (position !== null) await services.progress.reached(position, catchUpMs);
}
