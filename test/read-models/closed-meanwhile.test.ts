// A service that stops closes its read models under requests that take too long. What these ask
// afterwards is rejected, so that no answer that nobody waits for any more ends the process.
import { afterEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { Projector } from '../../src/projections/projector.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openReadModels, openRowStore } from '../../src/read-models/open.js';
import { ReadModelsUnavailableError } from '../../src/read-models/unavailable.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

test('closed SQLite read models count as unavailable, whether they were asked before or not', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cartograph-closed-'));
  cleanup.add(() => rm(dataDir, { recursive: true }));
  const rows = await openRowStore({ dataDir });
  cleanup.add(() => rows.close());
  await Projector.start(rows, projectionsOf(standardPricing));
  const reads = await openReadModels({ dataDir });
  await reads.isDoubtful('cart-1');
  await reads.close();
  const asked = [reads.coupon('TEN'), reads.isDoubtful('cart-1'), reads.cart('1')];
  for (const outcome of await Promise.allSettled(asked)) {
    const reason: unknown = outcome.status === 'rejected' ? outcome.reason : outcome.value;
    expect(reason).toBeInstanceOf(ReadModelsUnavailableError);
  }
});
