// What a service does whose data folder was spoiled: it starts, serves, and stops.
import { expect } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import type { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';

/** Starts the service again, shops, and stops it. Returns what it logged meanwhile. */
export async function logOfServing(service: ServiceProcess): Promise<string> {
  const logged = service.log.length;
  await service.restart();
  const { cartId, shopper } = await new Shopper(service).open();
  await shopper.ask(documents.AddItemDocument, { input: { cartId, sku: '71053' } });
  // The rows of the sample shop may be made anew first.
  const reached = { minRevision: 1, timeoutMs: 10_000 };
  const { cart } = await shopper.ask(documents.CartDocument, { cartId, ...reached });
  expect(cart?.totals.itemCount).toBe(1);
  expect((await service.stop()).code).toBe(0);
  return service.log.slice(logged);
}
