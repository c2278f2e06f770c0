// Support's search over 100,000 carts: what one page takes in the service, with the record of each
// look in the log, beside a search that finds nothing.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { type CartographProcess, startCartograph } from '../cartograph-process.js';
import { type Figure, median, milliseconds, type Workload } from '../workload.js';
import { cartograph } from './replay.js';
import { untilShown } from './search.js';

const isSmall = process.argv.includes('--small');
const CARTS = isSmall ? 2_000 : 100_000;
const PRODUCTS = isSmall ? 100 : 4_000;
const CUSTOMERS = isSmall ? 50 : 5_000;
const ROUNDS = isSmall ? 3 : 31;
const CALLERS = 32;

const questions: readonly (readonly [what: string, filter: string])[] = [
  ['all', '{}'],
  ['of a customer', '{ customerId: "customer-7" }'],
  ['with a product that one in four has', '{ sku: "SKU-0" }'],
  ['with a rare product', '{ sku: "SKU-17" }'],
  ['with a coupon that one in ten has', '{ coupon: "TEN" }'],
  ['open, with a product', '{ sku: "SKU-0", status: OPEN }'],
  ['open, of an hour', '{ status: OPEN, changedFrom: "2026-01-01T02:00:00.000Z" }'],
];

function eventsOf(cartId: string, at: number) {
  const occurredAt = new Date(Date.UTC(2026, 0, 1) + at * 100).toISOString();
  const metadata = (schemaVersion: number) => ({ schemaVersion, occurredAt });
  const customerId = at % 3 === 0 ? null : `customer-${at % CUSTOMERS}`;
  const tokenHash = 'a'.repeat(64);
  const opened = { cartId, currency: 'GBP', customerId, tokenHash };
  const skus = [...new Set([`SKU-${at % PRODUCTS}`, at % 4 === 0 ? 'SKU-0' : `SKU-${at % 97}`])];
  const added = skus.map((sku) =>
    jsonEvent({
      type: 'ItemAdded',
      data: { sku, name: `THE ${sku}`, quantity: 1, unitPrice: 100, offerRevision: null },
      metadata: metadata(2),
    }),
  );
  const terms = {
    discount: { kind: 'PERCENTAGE', basisPoints: 1_000 },
    ...{ minimumSpend: null, validFrom: null, validUntil: null, skus: null, currency: null },
    ...{ usageLimit: null, perCustomerLimit: null, exclusive: false },
  };
  const coupon = { code: 'TEN', description: 'Ten per cent', terms };
  return [
    jsonEvent({ type: 'CartOpened', data: opened, metadata: metadata(1) }),
    ...added,
    ...(at % 10 === 0
      ? [jsonEvent({ type: 'CouponApplied', data: coupon, metadata: metadata(2) })]
      : []),
  ];
}

async function fill(service: CartographProcess): Promise<void> {
  const endpoint = readFileSync(join(service.dataDir, 'endpoint.json'), 'utf8');
  const { connectionString } = JSON.parse(endpoint) as { connectionString: string };
  const client = EventStoreDBClient.connectionString(connectionString);
  let next = 0;
  const caller = async () => {
    while (next < CARTS) {
      const at = (next += 1) - 1;
      const cartId = randomUUID();
      const options = { expectedRevision: NO_STREAM } as const;
      await client.appendToStream(`cart-${cartId}`, eventsOf(cartId, at), options);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await client.dispose();
}

async function timeOf(
  { address }: CartographProcess,
  token: string,
  filter: string,
): Promise<number> {
  const page = 'totalCount nodes { id status updatedAt totals { total { decimal } } }';
  const query = `{ carts(filter: ${filter}, first: 20) { ${page} } }`;
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begunAt = performance.now();
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'x-access-reason': 'a bench',
      },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as { readonly errors?: unknown };
    if (errors !== undefined) throw new Error(`A search failed: ${JSON.stringify(errors)}`);
    times.push(performance.now() - begunAt);
  }
  return median(times);
}

export const staffSearchWorkload: Workload = {
  name: 'staff-search',
  async run(): Promise<readonly Figure[]> {
    const service = await startCartograph();
    try {
      await fill(service);
      await untilShown(service);
      const who = ['--role', 'support', '--subject', 'bench'];
      const token = (await cartograph(service, 'token', ...who)).trim();
      const figures: Figure[] = [];
      for (const [what, filter] of questions) {
        const asked = await timeOf(service, token, filter);
        const nothing = await timeOf(service, token, '{ sku: "none" }');
        const count = CARTS.toLocaleString('en-GB');
        figures.push({
          what: `a page of 20 of ${count} carts: ${what}; beside it, a search that finds nothing`,
          value: milliseconds(asked),
          ceiling: milliseconds(nothing),
          ratio: asked / nothing,
        });
      }
      return figures;
    } finally {
      await service.stop();
    }
  },
};
