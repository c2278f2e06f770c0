// Planned prices are taken up when they are due, whatever goes wrong in between.
import { expect, test } from '@jest/globals';
import type { CatalogCommands } from '../../src/commands/catalog-commands.js';
import { takeUpPlannedPrices } from '../../src/process-managers/planned-prices.js';

const away = new Error('the store is away');
const changed = {} as Awaited<ReturnType<CatalogCommands['takeUpPrices']>>;

/** Three products have a price that is due at 42. */
function pricesDue(take: (sku: string) => Promise<void>) {
  const taken: string[] = [];
  const faults: unknown[] = [];
  const ports = {
    due: (at: number) => Promise.resolve(at === 42 ? ['A', 'B', 'C'] : []),
    catalog: {
      takeUpPrices: async (sku: string) => {
        await take(sku);
        taken.push(sku);
        return changed;
      },
    },
    time: { now: () => 42 },
    onFault: (fault: unknown) => faults.push(fault),
  };
  return { taken, faults, ports };
}

test('each that is due is taken up; one that cannot be does not keep the others', async () => {
  const { taken, faults, ports } = pricesDue((sku) =>
    sku === 'B' ? Promise.reject(away) : Promise.resolve(),
  );
  await takeUpPlannedPrices(ports);
  expect([taken, faults]).toEqual([['A', 'C'], [away]]);
});

test('a round that is stopped takes up no more', async () => {
  const stopping = new AbortController();
  const { taken, ports } = pricesDue(() => {
    stopping.abort();
    return Promise.resolve();
  });
  await takeUpPlannedPrices(ports, stopping.signal);
  expect(taken).toEqual(['A']);
});

test('a round fails while the rows cannot be read', async () => {
  const { ports } = pricesDue(() => Promise.resolve());
  const failing = { ...ports, due: () => Promise.reject(away) };
  await expect(takeUpPlannedPrices(failing)).rejects.toBe(away);
});
