// Which modules give the shop its pricing, and what is said of those that do not.
import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cartDecider } from '../../src/domain/cart/decide.js';
import type { CouponTerms } from '../../src/domain/cart/events.js';
import { standardPricing } from '../../src/domain/cart/pricing.js';
import { viewCart } from '../../src/domain/cart/view.js';
import { loadPricing } from '../../src/pricing/pricing-module.js';
import { projectionsOf } from '../../src/projections/registry.js';
import { openTerms } from '../../src/domain/cart/coupon-terms.js';
import { added, applied, LATER, opened, percentOff } from '../controls/cart.js';
import { addressSet, taxedBy } from '../controls/delivery.js';
import { vat } from '../controls/tax.js';
import { Cleanup } from '../event-store/nodes.js';
import { specificationOf } from '../given.js';

const { given } = specificationOf(cartDecider);
const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function moduleOf(code: string, name = 'rules.mjs'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pricing-'));
  cleanup.add(() => rm(folder, { recursive: true }));
  const path = join(folder, name);
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
    ['rules.cjs', 'module.exports = { rules: [{ version: 1, discountOf: () => 100 }] };'],
    ['rules.mjs', 'export default { rules: [{ version: 1, discountOf: () => 100 }] };'],
  ])('may be all that %s exports', async (name, code) => {
    const { current } = await loadPricing(await moduleOf(code, name));
    expect(current.discountOf(...anyDiscount)).toBe(100);
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

describe('rules that answer with no whole number', () => {
  const terms = { ...openTerms, discount: { kind: 'FREE_UNITS', buy: 2, free: 1 } } as const;
  const cart = (coupon: CouponTerms) =>
    given(opened(), added('MUG', 3, 333), applied('A', coupon), addressSet(), taxedBy(vat(20)));
  const totalBy = async (code: string, coupon: CouponTerms) => {
    const rules = `[{ version: 3, discountOf: () => 0, rate: 2, ${code} }]`;
    const { current } = await loadPricing(await moduleOf(`export const rules = ${rules};`));
    return viewCart(cart(coupon).state, LATER, current).totals.total;
  };

  test.each([
    ['freeUnitsOf: () => 0.5', 'gave 0.5'],
    ['freeUnitsOf: () => NaN', 'gave NaN'],
    ['freeUnitsOf: async () => 1', 'gave [object Promise]'],
    ['freeUnitsOf: async () => { throw new Error("too late"); }', 'gave [object Promise]'],
    ['freeUnitsOf: () => Object.create(null)', 'gave [object Object]'],
    ['freeUnitsOf: (terms) => { terms.buy = 0; return 1; }', "read only property 'buy'"],
    ['discountOf: ({ discount }) => (discount.basisPoints = 1)', "property 'basisPoints'"],
    ['taxOf: (rule) => (rule.partsPerMillion = 1)', "property 'partsPerMillion'"],
    ['discountOf: () => 0.5', 'gave 0.5'],
    ['discountOf: () => undefined', 'gave undefined'],
    ['discountOf: () => { throw new Error("it is Monday"); }', 'it is Monday'],
    ['taxOf: () => 0.5', 'gave 0.5'],
  ])('price no cart, and are named: %s', async (code, message) => {
    const coupon = code.startsWith('freeUnitsOf') ? terms : percentOff(10);
    await expect(totalBy(code, coupon)).rejects.toMatchObject({
      name: 'PricingModuleError',
      message: expect.stringContaining(message),
    });
  });

  test('are not those that use what else their object has', async () => {
    const discount = 'discountOf() { return this.rate; }, taxOf() { return this.rate; }';
    expect(await totalBy(discount, percentOff(10))).toBe(997);
    expect(await totalBy('freeUnitsOf() { return this.rate; }', terms)).toBe(333);
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
