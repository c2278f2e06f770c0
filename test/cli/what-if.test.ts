// `cartograph what-if` on a log with no server: what it prints, and that it writes nothing.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { ServiceProcess } from '../flow/service.js';
import { Shopper } from '../flow/shopper.js';
import * as documents from '../../schema/generated/graphql.js';
import type { Answer } from '../../src/time-travel/supposed-carts.js';
import { Cleanup } from '../event-store/nodes.js';
import { CommandLine } from './command.js';

const cleanup = new Cleanup();
let service: ServiceProcess;
let cartograph: CommandLine;
beforeEach(async () => {
  service = await ServiceProcess.start();
  cleanup.add(() => service.remove());
  cartograph = CommandLine.on(service.dataDir, {});
});
afterEach(() => cleanup.run());

/** Three lanterns with WELCOME10, of which the shop tells what they come to. */
async function lanterns(): Promise<{ cartId: string; subtotal: number; total: number }> {
  const { cartId, shopper } = await new Shopper(service).open();
  const line = { cartId, sku: '71053', quantity: 3 };
  await shopper.ask(documents.AddItemDocument, { input: line });
  const coupon = { cartId, code: 'WELCOME10' };
  const { applyCoupon } = await shopper.ask(documents.ApplyCouponDocument, { input: coupon });
  const { subtotal, total } = applyCoupon.cart!.totals;
  return { cartId, subtotal: subtotal.minorUnits, total: total.minorUnits };
}

async function answerTo(...flags: string[]): Promise<Answer> {
  const { code, output, errors } = await cartograph.run('what-if', ...flags, '--json');
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(output) as Answer;
}

test('other coupon terms and another pricing, beside the server and without it', async () => {
  const { cartId, subtotal, total } = await lanterns();
  const before = await cartograph.run('export');
  const half = subtotal - Math.floor((subtotal * 5_000 + 5_000) / 10_000);
  const { carts, sums } = await answerTo('--coupon', 'WELCOME10=50%');
  const amounts = { currency: 'GBP', before: total, after: half, difference: half - total };
  expect(carts).toEqual([
    {
      cartId,
      orderId: null,
      status: 'OPEN',
      changedAt: expect.any(Number),
      ...amounts,
    },
  ]);
  expect(sums).toEqual([{ status: 'OPEN', carts: 1, differing: 1, ...amounts }]);

  await service.stop();
  const module = `${service.dataDir}/mine.ts`;
  const rules = `export const rules: object[] = [{ version: 7, discountOf: (): number => 1 }];\n`;
  await writeFile(module, rules);
  const penny = await answerTo('--pricing', module);
  expect(penny.carts).toMatchObject([{ cartId, before: total, after: subtotal - 1 }]);
  expect((await answerTo('--pricing', module, '--to', '2010-01-01')).sums).toEqual([]);
  expect((await cartograph.run('export')).output).toBe(before.output);
});

test('another place with its taxes, and another shipping method, for all carts', async () => {
  const { cartId, total } = await lanterns();
  const admin = await Shopper.signedIn(service, 'admin', 'boss');
  const rule = { ratePartsPerMillion: 100_000, name: 'Sales tax', pricesIncludeTax: false };
  await admin.ask(documents.DefineTaxRuleDocument, {
    input: { country: 'US', region: 'CA', ...rule },
  });
  const prices = [{ price: { minorUnits: 700, currency: 'GBP' } }];
  await admin.ask(documents.DefineShippingMethodDocument, {
    input: { code: 'SLOW', name: 'By ship', countries: ['US'], prices },
  });
  const after = async (...flags: string[]) => {
    const { carts } = await answerTo(...flags);
    return carts.find((cart) => cart.cartId === cartId)?.after;
  };
  const taxed = (amount: number) => amount + Math.floor((amount + 5) / 10);
  expect(await after('--ship-to', 'US-CA')).toBe(taxed(total));
  expect(await after('--ship-to', 'US-CA', '--shipping-method', 'slow')).toBe(taxed(total + 700));
  // The cart has no place, and the method does not go to Britain: nothing differs.
  expect(await after('--shipping-method', 'SLOW')).toBeUndefined();
  expect(await after('--ship-to', 'GB', '--shipping-method', 'SLOW')).toBeUndefined();
  const absent = await cartograph.run('what-if', '--shipping-method', 'DRONE');
  expect([absent.code, absent.output]).toEqual([2, '']);
  expect(absent.errors).toContain('--shipping-method DRONE is not offered');
});

test('says it in words, and of rules that do not work what they did', async () => {
  const { cartId, subtotal } = await lanterns();
  const { output } = await cartograph.run('what-if', '--coupon', 'WELCOME10=100%');
  expect(output).toContain(cartId);
  expect(output).toMatch(/→ 0\.00 GBP \(-\d+\.\d\d\)/);
  expect(output).toContain('open: 1 of 1 carts differ');
  const elsewhere = await cartograph.run('what-if', '--coupon', 'OTHER=5.00GBP');
  expect(elsewhere.output).toContain('open: 0 of 1 carts differ');

  const module = `${service.dataDir}/broken.mjs`;
  await writeFile(module, 'export const rules = [{ version: 2, discountOf: () => 0.5 }];\n');
  const broken = await cartograph.run('what-if', '--pricing', module);
  expect([broken.code, broken.output]).toEqual([2, '']);
  expect(broken.errors).toContain(`${subtotal}, ${subtotal}) of version 2 gave 0.5`);
});
