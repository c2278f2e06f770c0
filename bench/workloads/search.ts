// The catalogue's search over 100,000 products: what one question takes in the service, beside a
// question of the same size that reads nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { type CartographProcess, startCartograph } from '../cartograph-process.js';
import { repository } from '../server-process.js';
import { type Figure, median, milliseconds, type Workload } from '../workload.js';
import { cartograph } from './replay.js';

const isSmall = process.argv.includes('--small');
const PRODUCTS = isSmall ? 2_000 : 100_000;
const ROUNDS = isSmall ? 3 : 31;
const CALLERS = 32;
const LONGEST_CATCH_UP_MS = 600_000;

interface PricedProduct {
  readonly sku: string;
  readonly name: string;
  readonly pence: number;
}

const questions: readonly (readonly [what: string, args: string])[] = [
  ['two words', 'search: "white lantern"'],
  ['one common word', 'search: "heart"'],
  ['the beginning of many words', 'search: "re"'],
  ['the most common word', 'search: "of"'],
  ['a tag, by price', 'filter: { tags: ["lighting"] }, sort: PRICE'],
  ['all products, by name', 'sort: NAME'],
];

async function fill(service: CartographProcess): Promise<void> {
  const endpoint = readFileSync(join(service.dataDir, 'endpoint.json'), 'utf8');
  const { connectionString } = JSON.parse(endpoint) as { connectionString: string };
  const client = EventStoreDBClient.connectionString(connectionString);
  const list = JSON.parse(
    readFileSync(join(repository, 'data/online-retail/price-list.json'), 'utf8'),
  ) as readonly PricedProduct[];
  let next = 0;
  const caller = async () => {
    while (next < PRODUCTS) {
      const at = (next += 1) - 1;
      const { sku: code, name, pence } = list[at % list.length]!;
      const sku = `${code}-${Math.floor(at / list.length)}`;
      const metadata = { schemaVersion: 1, occurredAt: new Date().toISOString() };
      const price = { minorUnits: pence, currency: 'GBP' };
      const tags = [at % 9 === 0 ? 'lighting' : 'home-decor'];
      const description = `${name} of a shop with very many products, number ${at}.`;
      const events = [
        jsonEvent({ type: 'ProductListed', data: { sku, name, price }, metadata }),
        jsonEvent({ type: 'ProductDescribed', data: { sku, description }, metadata }),
        jsonEvent({ type: 'ProductTagged', data: { sku, tags }, metadata }),
      ];
      const options = { expectedRevision: NO_STREAM } as const;
      await client.appendToStream(`product-${sku}`, events, options);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await client.dispose();
}

export async function untilShown(service: CartographProcess): Promise<void> {
  const endsAt = performance.now() + LONGEST_CATCH_UP_MS;
  while (performance.now() < endsAt) {
    const text = await cartograph(service, 'projections', '--json');
    const { projections } = JSON.parse(text) as { projections: { lagEvents: number }[] };
    if (projections.every(({ lagEvents }) => lagEvents === 0)) return;
    await delay(1_000);
  }
  throw new Error('The catalogue did not catch up');
}

async function timeOf({ address }: CartographProcess, query: string): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begunAt = performance.now();
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as { readonly errors?: unknown };
    if (errors !== undefined) throw new Error(`A search failed: ${JSON.stringify(errors)}`);
    times.push(performance.now() - begunAt);
  }
  return median(times);
}

export const searchWorkload: Workload = {
  name: 'search',
  async run(): Promise<readonly Figure[]> {
    const service = await startCartograph();
    try {
      await fill(service);
      await untilShown(service);
      const figures: Figure[] = [];
      for (const [what, args] of questions) {
        const page = 'totalCount nodes { sku name price { decimal } }';
        const asked = await timeOf(service, `{ products(${args}, first: 20) { ${page} } }`);
        const nothing = await timeOf(
          service,
          '{ products(search: "!", first: 20) { totalCount } }',
        );
        const count = PRODUCTS.toLocaleString('en-GB');
        figures.push({
          what: `a page of 20 of ${count} products: ${what}; beside it, a search that finds nothing`,
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
