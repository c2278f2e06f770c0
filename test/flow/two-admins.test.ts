// Two admins who change the same thing over HTTP: who sends the revision that they have seen does not
// overwrite what the other did since, and who expects nothing yet overwrites nothing.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

let service: ServiceProcess;
let admin: Shopper;
beforeAll(async () => {
  service = await ServiceProcess.start();
  admin = await Shopper.signedIn(service, 'admin', 'boss');
});
afterAll(() => service.remove());

interface Answered {
  readonly revision?: number | null | undefined;
  readonly code?: string | undefined;
}

type Define = (name: string, expectedRevision?: number) => Promise<Answered>;
type Withdraw = (expectedRevision: number) => Promise<Answered>;

/** Of a command's answer: the revision after it, or the code of its refusal. */
const answered = (
  made: { readonly revision: number | null } | null | undefined,
  rejection: { readonly code: string } | null,
): Answered => ({ revision: made?.revision, code: rejection?.code });

const defineProduct: Define = async (name, expectedRevision) => {
  const price = { minorUnits: 100, currency: 'GBP' };
  const input = { sku: 'NEW-SKU', name, price, expectedRevision: expectedRevision ?? null };
  const { listProduct } = await admin.ask(documents.ListProductDocument, { input });
  const { product } = await admin.ask(documents.BoardProductDocument, { sku: 'NEW-SKU' });
  return answered(product, listProduct.rejection);
};
const withdrawProduct: Withdraw = async (expectedRevision) => {
  const input = { sku: 'NEW-SKU', expectedRevision };
  const { delistProduct } = await admin.ask(documents.DelistProductDocument, { input });
  return answered(null, delistProduct.rejection);
};

const defineCoupon: Define = async (description, expectedRevision) => {
  const terms = { percentageBasisPoints: 500, usageLimit: 10 };
  const input = {
    ...{ code: 'NEWCODE', description, ...terms },
    expectedRevision: expectedRevision ?? null,
  };
  const { defineCoupon: made } = await admin.ask(documents.DefineCouponDocument, { input });
  return answered(made.coupon, made.rejection);
};
const withdrawCoupon: Withdraw = async (expectedRevision) => {
  const input = { code: 'NEWCODE', expectedRevision };
  const { withdrawCoupon: made } = await admin.ask(documents.WithdrawCouponDocument, { input });
  return answered(null, made.rejection);
};

const rule = { country: 'NZ', holdsFrom: '2026-01-01T00:00:00.000Z' };
const defineRule: Define = async (name, expectedRevision) => {
  const terms = { ratePartsPerMillion: 150_000, pricesIncludeTax: true };
  const input = { ...rule, name, ...terms, expectedRevision: expectedRevision ?? null };
  const { defineTaxRule } = await admin.ask(documents.DefineTaxRuleDocument, { input });
  return answered(defineTaxRule.taxRules[0], defineTaxRule.rejection);
};
const withdrawRule: Withdraw = async (expectedRevision) => {
  const input = { ...rule, expectedRevision };
  const { withdrawTaxRule } = await admin.ask(documents.WithdrawTaxRuleDocument, { input });
  return answered(null, withdrawTaxRule.rejection);
};

const defineMethod: Define = async (name, expectedRevision) => {
  const prices = [{ price: { minorUnits: 490, currency: 'GBP' } }];
  const input = { code: 'NEWPOST', name, prices, expectedRevision: expectedRevision ?? null };
  const { defineShippingMethod } = await admin.ask(documents.DefineShippingMethodDocument, {
    input,
  });
  return answered(defineShippingMethod.shippingMethod, defineShippingMethod.rejection);
};
const withdrawMethod: Withdraw = async (expectedRevision) => {
  const input = { code: 'NEWPOST', expectedRevision };
  const { withdrawShippingMethod: made } = await admin.ask(
    documents.WithdrawShippingMethodDocument,
    { input },
  );
  return answered(null, made.rejection);
};

describe.each([
  ['product', defineProduct, withdrawProduct],
  ['coupon', defineCoupon, withdrawCoupon],
  ['tax rule', defineRule, withdrawRule],
  ['shipping method', defineMethod, withdrawMethod],
])('a %s', (_what, define, withdraw) => {
  test('that is expected not to be there is made once, and changed by who has seen it', async () => {
    expect((await define('Too early', 0)).code).toBe('CONFLICT');
    const { revision, code } = await define('First', -1);
    expect([typeof revision, code]).toEqual(['number', undefined]);
    expect((await define('Second', -1)).code).toBe('CONFLICT');
    const seen = await define('Changed', revision!);
    expect(seen.code).toBeUndefined();
    expect((await define('Stale', revision!)).code).toBe('CONFLICT');
    expect((await withdraw(revision!)).code).toBe('CONFLICT');
    expect((await define('Without a lock')).code).toBeUndefined();
    const { revision: last } = await define('Without a lock');
    expect((await withdraw(last!)).code).toBeUndefined();
  });
});

test('a tax from now on takes the place of the rule that is in force', async () => {
  const defined = async (ratePartsPerMillion: number, expectedRevision: number) => {
    const terms = { country: 'AU', name: 'GST', pricesIncludeTax: true };
    const input = { ...terms, ratePartsPerMillion, expectedRevision };
    return (await admin.ask(documents.DefineTaxRuleDocument, { input })).defineTaxRule;
  };
  const first = await defined(100_000, -1);
  const { revision } = first.taxRules[0]!;
  expect((await defined(110_000, -1)).rejection).toMatchObject({ code: 'CONFLICT' });
  expect((await defined(120_000, revision)).rejection).toBeNull();
  expect((await defined(130_000, revision)).rejection).toMatchObject({ code: 'CONFLICT' });
});

test('only what can be made can be expected not to be there', async () => {
  const input = { sku: 'NEW-SKU', name: 'Other', expectedRevision: -1 };
  const { errors } = await admin.answer(documents.ReviseProductDocument, { input });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
