// Which open carts a customer has, for a claim: from rows, once these have what the log has now. A
// customer who opens a cart and claims another one at once has both.
import type { CustomersCarts } from '../commands/cart-claims.js';
import type { EventStore } from '../event-store/event-store.js';
import type { ApiServices } from '../graphql/services.js';

const READ_MODEL = 'cart';
const PREFIX = 'cart-';
/** Below a command's time, of which the claim needs the rest. */
const CATCH_UP_MS = 1_500;

export interface CustomersCartsPorts {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly progress: Pick<ApiServices['progress'], 'status' | 'reached'>;
  readonly reads: CustomersCarts;
}

/** Rows that are being made anew, or do not catch up in time, are asked as they are. */
export function currentCustomersCarts({
  store,
  progress,
  reads,
}: CustomersCartsPorts): CustomersCarts {
  const followedTo = () => {
    const rows = progress.status().find(({ name }) => name === READ_MODEL);
    if (rows?.state !== 'LIVE' && rows?.state !== 'REBUILDING') return undefined;
    return rows.position === null ? -1n : BigInt(rows.position);
  };
  return {
    openCartsOf: async (customerId) => {
      const reached = followedTo();
      const last = reached === undefined ? undefined : await lastAfter(store, reached);
      if (last !== undefined) await progress.reached(last, CATCH_UP_MS);
      return reads.openCartsOf(customerId);
    },
  };
}

/** Position of the last event of a cart after `after`; undefined when there is none. */
async function lastAfter(
  store: CustomersCartsPorts['store'],
  after: bigint,
): Promise<bigint | undefined> {
  let last: bigint | undefined;
  const range = after < 0n ? {} : { after };
  for await (const { position } of store.readAll({ prefixes: [PREFIX], ...range })) last = position;
  return last;
}
