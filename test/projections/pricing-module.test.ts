// Which modules give the shop its pricing, and what is said of those that do not.
import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { loadPricing } from '../../src/pricing/pricing-module.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import { Cleanup } from '../event-store/nodes.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function moduleOf(code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pricing-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  const path = join(folder, 'rules.mjs');
  await writeFile(path, code);
  return path;
}

describe('the pricing of a build', () => {
  test('is the built-in one where no module is named', async () => {
    expect(await loadPricing(undefined)).toBe(standardPricing);
  });

  test('is what a module exports; carts are projected by each of its versions', async () => {
    const pricing = await loadPricing(
      await moduleOf(`export const rules = [
        { version: 1, discountOf: () => 100 },
        { version: 4, discountOf: (terms, subtotal, left) => left },
      ];`),
    );
    expect(pricing.current.version).toBe(4);
    expect(pricing.version(1)?.discountOf(...anyDiscount)).toBe(100);
    expect(pricing.version(2)).toBeUndefined();
    const carts = projectionsOf(pricing).filter(({ name }) => name === 'cart');
    expect(carts.map(({ version }) => version)).toEqual([1, 4]);
  });

  test.each([
    ['nothing', 'export const other = 1;', /rules/],
    ['no rules', 'export const rules = [];', /needs rules/],
    ['versions that fall', rulesOf(2, 1), /must rise/],
    ['a version twice', rulesOf(1, 1), /must rise/],
    ['version 0', rulesOf(0), /rules\[0\]\[version\]/],
    ['no function', 'export const rules = [{ version: 1, discountOf: 5 }];', /must be a function/],
    ['a fault', 'throw new Error("it is Monday")', /it is Monday/],
  ])('is refused in one line when a module gives %s', async (_what, code, message) => {
    await expect(loadPricing(await moduleOf(code))).rejects.toMatchObject({
      name: 'PricingModuleError',
      message: expect.stringMatching(message),
    });
  });
});

function rulesOf(...versions: readonly number[]): string {
  const rules = versions.map((version) => `{ version: ${version}, discountOf: () => 0 }`);
  return `export const rules = [${rules.join(', ')}];`;
}

const anyDiscount = [
  {
    discount: { kind: 'PERCENTAGE', basisPoints: 1_000 },
    ...openTerms,
  },
  1_000,
  1_000,
] as const;
