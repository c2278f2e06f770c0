// A month of invoices, imported beside a running service.
import { fileURLToPath } from 'node:url';
import { type Cleanup, connectTestStore } from '../event-store/nodes.js';
import { untilStored } from '../event-store/until-stored.js';
import type { ServiceProcess } from '../flow/service.js';

export const ORDERS = 1_559;
export const month = fileURLToPath(
  new URL('../../data/online-retail/2010-12.csv.gz', import.meta.url),
);

/** Resolves when the log of the service holds so many orders. */
export async function untilOrders(
  service: ServiceProcess,
  count: number,
  cleanup: Cleanup,
): Promise<void> {
  const store = connectTestStore(cleanup, await service.connectionString());
  let orders = 0;
  await untilStored(store, { prefixes: ['order-'], isIt: () => (orders += 1) === count });
}
