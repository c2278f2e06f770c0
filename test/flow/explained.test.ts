// What support and shoppers ask about a total: how it was known at another time, why it is what it
// is, and what it would have been.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as documents from '../../schema/generated/graphql.js';
import { onEveryEventLog } from './event-logs.js';
import type { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

interface Exported {
  readonly stream: string;
  readonly recordedAt: string;
}

onEveryEventLog((start) => {
  let service: ServiceProcess;
  beforeAll(async () => {
    service = await start();
  });
  afterAll(() => service.remove());

  const sku = '71053';
  const header =
    'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
  // A number of this run's own: a server may hold what another run has imported.
  const invoiceNo = randomInt(100_000, 1_000_000);
  const invoice = `${invoiceNo},LAMP,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom`;
  const tenPercent = { code: 'WELCOME10', percentageBasisPoints: 1_000 };

  async function lanterns() {
    const { cartId, shopper } = await new Shopper(service).open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku, quantity: 3 } });
    await shopper.ask(documents.ApplyCouponDocument, { input: { cartId, code: 'WELCOME10' } });
    return { cartId, shopper };
  }

  test('cartExplain cites the catalogue and the coupon, and sums to the total', async () => {
    const { cartId, shopper } = await lanterns();
    const timestamp = new Date().toISOString();
    const { cartExplain } = await shopper.ask(documents.CartExplainDocument, { cartId, timestamp });
    const parts = cartExplain?.parts ?? [];
    expect(parts.map(({ event }) => event.type)).toEqual(['ItemAdded', 'CouponApplied']);
    // The sample product was listed, described and tagged.
    expect(parts[0]?.offer).toEqual({ sku, revision: 2 });
    const sum = parts.reduce((so, { amount }) => so + amount.minorUnits, 0);
    expect(sum).toBe(cartExplain?.total.minorUnits);
    const stranger = new Shopper(service);
    const answer = await stranger.ask(documents.CartExplainDocument, { cartId, timestamp });
    expect(answer.cartExplain).toBeNull();
  });

  test('cartAt as it was known differs only by what was recorded later', async () => {
    const beforeImport = new Date().toISOString();
    const path = join(service.dataDir, 'invoices.csv');
    await writeFile(path, `${header}\n${invoice}\n`);
    await service.run('import', 'online-retail', path);
    const exported = await service.run('export', '--category', 'cart', '--to', '2011-01-01');
    const events = exported
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Exported);
    const { stream } = events.find(({ recordedAt }) => recordedAt >= beforeImport)!;
    const cartId = stream.slice('cart-'.length);
    const support = await Shopper.signedIn(service, 'support', 'sam', {
      'x-access-reason': 'an auditor asks',
    });
    const timestamp = '2010-12-31T00:00:00.000Z';
    const known = async (asRecordedAt: string) => {
      const variables = { cartId, timestamp, asRecordedAt };
      return (await support.ask(documents.CartAsKnownDocument, variables)).cartAt;
    };
    expect(await known(beforeImport)).toBeNull();
    const now = await support.ask(documents.CartAtDocument, { cartId, timestamp });
    expect(now.cartAt?.status).toBe('CHECKED_OUT');
    expect(await known(new Date().toISOString())).toEqual(now.cartAt);
    const later = await support.answer(documents.CartAsKnownDocument, {
      cartId,
      timestamp,
      asRecordedAt: new Date(Date.now() + 60_000).toISOString(),
    });
    expect(later.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('cartWhatIf is for who may read the cart, and changes nothing', async () => {
    const { cartId, shopper } = await lanterns();
    const support = await Shopper.signedIn(service, 'support', 'sam', {
      'x-access-reason': 'the customer asks for 20 %',
    });
    const twenty = { ...tenPercent, percentageBasisPoints: 2_000 };
    const variables = { cartId, coupons: [twenty], quantities: [{ sku, quantity: 10 }] };
    const { cartWhatIf } = await support.ask(documents.CartWhatIfDocument, variables);
    const { cart } = await shopper.ask(documents.CartDocument, { cartId, minRevision: 2 });
    const price = cart?.lines[0]?.unitPrice.minorUnits ?? 0;
    // By hand: ten at their price, a fifth off, rounded half up.
    const supposed = price * 10 - Math.floor((price * 10 * 2_000 + 5_000) / 10_000);
    expect(cartWhatIf.after.totals.total.minorUnits).toBe(supposed);
    const asItIs = cart?.totals.total.minorUnits ?? 0;
    expect(cartWhatIf.before.totals.total.minorUnits).toBe(asItIs);
    const difference = { minorUnits: supposed - asItIs, currency: 'GBP' };
    expect(cartWhatIf.difference).toMatchObject(difference);
    expect(cart?.revision).toBe(cartWhatIf.before.revision);
    expect(await shopper.ask(documents.CartWhatIfDocument, variables)).toEqual({ cartWhatIf });
    const refused = await new Shopper(service).answer(documents.CartWhatIfDocument, variables);
    expect(refused.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  test.each([
    ['a line that the cart has not', { quantities: [{ sku: 'NONE', quantity: 1 }] }],
    ['a quantity below nothing', { quantities: [{ sku, quantity: -1 }] }],
    ['one line twice', { quantities: [1, 2].map((quantity) => ({ sku, quantity })) }],
    ['one coupon twice', { coupons: [tenPercent, { ...tenPercent, code: 'welcome10' }] }],
    [
      'terms that no coupon can have',
      { coupons: [{ ...tenPercent, percentageBasisPoints: 20_000 }] },
    ],
    ['a coupon without terms', { coupons: [{ code: 'WELCOME10' }] }],
  ])('cartWhatIf refuses %s', async (_what, supposed) => {
    const { cartId } = await lanterns();
    const reason = { 'x-access-reason': 'a question' };
    const support = await Shopper.signedIn(service, 'support', 'sam', reason);
    const variables = { cartId, coupons: [], quantities: [], ...supposed };
    const { errors } = await support.answer(documents.CartWhatIfDocument, variables);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
