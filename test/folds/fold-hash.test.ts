import { afterEach, describe, expect, test } from '@jest/globals';
import { appendFile, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  cartAggregate,
  cartAggregateWithin,
  couponAggregate,
  orderAggregate,
  productAggregate,
} from '../../src/commands/aggregates.js';
import { defaultCartLimits } from '../../src/domain/cart/limits.js';
import { foldHashOf, hashOfProgram } from '../../src/folds/fold-hash.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = join(root, 'src');

/** The domain's own files, in a folder where they may be changed. */
async function domainToChange(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cartograph-fold-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  await cp(join(source, 'domain'), join(folder, 'domain'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'domain');
}

const cartFold = (domain: string) =>
  hashOfProgram(
    ['cart/codec.js', 'cart/state.js'].map((name) => pathToFileURL(join(domain, name))),
  );

describe('the hash of a fold', () => {
  test('is the same wherever the same program lies', async () => {
    expect(cartFold(await domainToChange())).toBe(cartFold(join(source, 'domain')));
    expect(foldHashOf('cart')).toBe(foldHashOf('cart'));
    expect(foldHashOf('cart')).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(['cart/state.ts', 'cart/codec.ts', 'codec.ts', 'assert-never.ts'])(
    'is another when %s changes, however deep that lies',
    async (file) => {
      const domain = await domainToChange();
      const before = cartFold(domain);
      await appendFile(join(domain, file), 'export const changed = true;\n');
      expect(cartFold(domain)).not.toBe(before);
    },
  );

  test('stays when what decides or prices changes, which nothing is folded by', async () => {
    const domain = await domainToChange();
    const before = cartFold(domain);
    for (const file of ['cart/decide.ts', 'cart/pricing.ts', 'order/state.ts']) {
      await appendFile(join(domain, file), 'export const changed = true;\n');
    }
    expect(cartFold(domain)).toBe(before);
  });

  test('cannot be had of a module that imports what is not there', async () => {
    const domain = await domainToChange();
    await rm(join(domain, 'assert-never.ts'));
    expect(() => cartFold(domain)).toThrow('ENOENT');
  });

  test('is each aggregate’s own, whatever its limits', () => {
    const aggregates = [cartAggregate, orderAggregate, productAggregate, couponAggregate];
    expect(new Set(aggregates.map(({ foldHash }) => foldHash)).size).toBe(4);
    expect(cartAggregateWithin({ ...defaultCartLimits, maxLines: 1 }).foldHash).toBe(
      cartAggregate.foldHash,
    );
  });
});
