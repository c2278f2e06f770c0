// Tax, shipping and gift notes over HTTP: an admin states the terms, a shopper has the cart sent, and
// only those who may see it read the address.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { filesWith } from '../personal-data/traces.js';
import { ServiceProcess } from './service.js';
import { Shopper, type Answer } from './shopper.js';

let service: ServiceProcess;
let admin: Shopper;

beforeAll(async () => {
  service = await ServiceProcess.start();
  admin = await Shopper.signedIn(service, 'admin', 'boss');
});
afterAll(() => service.remove());

const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code;
const vat = {
  ...{ country: 'GB', name: 'VAT', ratePartsPerMillion: 200_000, pricesIncludeTax: true },
  holdsFrom: '2026-01-01T00:00:00.000Z',
};
const define = async (input: object) =>
  (await admin.ask(documents.DefineTaxRuleDocument, { input: { ...vat, ...input } })).defineTaxRule;

describe('tax rules', () => {
  test('are listed as they were defined, and gone when they are withdrawn', async () => {
    const rule = { ...vat, country: 'IE', region: null, category: 'standard' };
    expect(await define({ country: 'IE' })).toMatchObject({ country: 'IE', taxRules: [rule] });
    await define({ country: 'AT' });
    const { taxRules } = await admin.ask(documents.TaxRulesDocument, { country: 'IE' });
    expect(taxRules).toEqual([expect.objectContaining(rule)]);
    const { country, holdsFrom } = rule;
    const { withdrawTaxRule } = await admin.ask(documents.WithdrawTaxRuleDocument, {
      input: { country, holdsFrom },
    });
    expect(withdrawTaxRule).toMatchObject({ taxRules: [], rejection: null });
    const again = await admin.ask(documents.WithdrawTaxRuleDocument, {
      input: { country, holdsFrom },
    });
    expect(again.withdrawTaxRule.rejection).toMatchObject({ code: 'NOT_FOUND' });
  });

  test.each([
    ['a country that is none', { country: 'UK' }],
    ['a region with its country', { region: 'US-CA' }],
    ['a category in capitals', { category: 'BOOKS' }],
    ['a name of several lines', { name: 'VAT\n20 %' }],
  ])('with %s are no input', async (_what, change) => {
    const input = { ...vat, ...change };
    expect(codeOf(await admin.answer(documents.DefineTaxRuleDocument, { input }))).toBe(
      'BAD_USER_INPUT',
    );
  });

  test('with more than 100 % are refused', async () => {
    const { rejection } = await define({ ratePartsPerMillion: 1_000_001 });
    expect(rejection).toMatchObject({ code: 'TAX_RULE_TERMS' });
  });

  test.each(['guest', 'customer', 'support'] as const)('%s may not change them', async (role) => {
    const reason = { 'x-access-reason': 'ticket 7' };
    const person =
      role === 'guest'
        ? new Shopper(service)
        : await Shopper.signedIn(service, role, 'sue', reason);
    const { country, holdsFrom } = vat;
    const answers = [
      await person.answer(documents.DefineTaxRuleDocument, { input: vat }),
      await person.answer(documents.WithdrawTaxRuleDocument, { input: { country, holdsFrom } }),
    ];
    expect(answers.map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const listed = await person.answer(documents.TaxRulesDocument, {});
    expect(codeOf(listed)).toBe(role === 'support' ? undefined : 'FORBIDDEN');
  });
});

test('a product has a tax category, and the standard one without', async () => {
  const sku = 'ATLAS';
  const price = { minorUnits: 1_250, currency: 'GBP' };
  await admin.ask(documents.ListProductDocument, { input: { sku, name: 'Atlas', price } });
  const shown = async () =>
    (await admin.ask(documents.ProductTaxCategoryDocument, { sku })).product?.taxCategory;
  expect(await shown()).toBe('standard');
  await admin.ask(documents.ReviseProductDocument, { input: { sku, taxCategory: 'books' } });
  expect(await shown()).toBe('books');
  const bad = await admin.answer(documents.ReviseProductDocument, {
    input: { sku, taxCategory: 'Books and more' },
  });
  expect(codeOf(bad)).toBe('BAD_USER_INPUT');
  await admin.ask(documents.ReviseProductDocument, { input: { sku, taxCategory: null } });
  expect(await shown()).toBe('standard');
});

describe('shipping methods', () => {
  const post = (change: object = {}) => ({
    ...{ code: 'POST', name: 'Post', countries: ['GB', 'IE'] },
    prices: [{ price: { minorUnits: 490, currency: 'GBP' }, freeFrom: 5_000 }],
    ...change,
  });
  const offer = async (input: ReturnType<typeof post>) =>
    (await admin.ask(documents.DefineShippingMethodDocument, { input })).defineShippingMethod;

  test('are shown to everyone by country and currency, and no more once withdrawn', async () => {
    const code = 'PARCEL';
    const shown = async (country: string, currency = 'GBP') => {
      const asked = { country, currency };
      const guest = new Shopper(service);
      const { shippingMethods } = await guest.ask(documents.ShippingMethodsDocument, asked);
      return shippingMethods.filter((method) => method.code === code);
    };
    expect(await offer(post({ code }))).toMatchObject({ rejection: null });
    expect(await shown('IE')).toMatchObject([
      { code, prices: [{ price: { minorUnits: 490 }, freeFrom: { minorUnits: 5_000 } }] },
    ]);
    expect([await shown('FR'), await shown('GB', 'EUR')]).toEqual([[], []]);
    await admin.ask(documents.WithdrawShippingMethodDocument, { input: { code } });
    expect(await shown('IE')).toEqual([]);
    const { allShippingMethods } = await admin.ask(documents.AllShippingMethodsDocument, {});
    expect(allShippingMethods).toContainEqual(expect.objectContaining({ code, withdrawn: true }));
  });

  test('that others have changed or withdrawn since are not overwritten unseen', async () => {
    const code = 'LOCKED';
    const first = await offer(post({ code }));
    const expectedRevision = first.shippingMethod!.revision;
    await offer(post({ code: 'ANOTHER' }));
    const mine = await offer(post({ code, name: 'Mine', expectedRevision }));
    expect(mine).toMatchObject({ rejection: null, shippingMethod: { name: 'Mine' } });
    const theirs = await offer(post({ code, name: 'Theirs', expectedRevision }));
    expect(theirs.rejection).toMatchObject({ code: 'CONFLICT' });
    const seen = mine.shippingMethod!.revision;
    await admin.ask(documents.WithdrawShippingMethodDocument, { input: { code } });
    const again = await offer(post({ code, name: 'Theirs', expectedRevision: seen }));
    expect(again.rejection).toMatchObject({ code: 'CONFLICT' });
  });

  test.each([
    ['a country that is none', { countries: ['UK'] }],
    ['a price below 0', { prices: [{ price: { minorUnits: -1, currency: 'GBP' } }] }],
  ])('with %s are no input', async (_what, change) => {
    const input = post(change);
    const answer = await admin.answer(documents.DefineShippingMethodDocument, { input });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  });

  test('without a price are refused', async () => {
    const { rejection } = await offer(post({ prices: [] }));
    expect(rejection).toMatchObject({ code: 'SHIPPING_TERMS' });
  });

  test.each(['guest', 'customer', 'support'] as const)('%s may not change them', async (role) => {
    const reason = { 'x-access-reason': 'ticket 7' };
    const person =
      role === 'guest'
        ? new Shopper(service)
        : await Shopper.signedIn(service, role, 'sue', reason);
    const answers = [
      await person.answer(documents.DefineShippingMethodDocument, { input: post() }),
      await person.answer(documents.WithdrawShippingMethodDocument, { input: { code: 'POST' } }),
    ];
    expect(answers.map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const listed = await person.answer(documents.AllShippingMethodsDocument, {});
    expect(codeOf(listed)).toBe(role === 'support' ? undefined : 'FORBIDDEN');
  });
});

describe('a cart that is sent', () => {
  const email = 'gift-giver@example.org';
  const canary = 'Canary Wharf';
  const address = { name: 'Ann Doe', lines: [`7 ${canary}`], city: 'London', postalCode: 'E14' };
  const place = { country: 'GB' };
  const note = 'Happy birthday! Yours, Ben of the Canary Islands';

  beforeAll(async () => {
    await define({ ratePartsPerMillion: 200_000 });
    await define({ category: 'books', name: 'VAT', ratePartsPerMillion: 0 });
    await define({ country: 'US', region: 'NY', name: 'Sales tax', pricesIncludeTax: false });
    const prices = [{ price: { minorUnits: 490, currency: 'GBP' } }];
    await admin.ask(documents.DefineShippingMethodDocument, {
      input: { code: 'SENT', name: 'Sent', countries: ['GB', 'US'], prices },
    });
    const price = { minorUnits: 1_200, currency: 'GBP' };
    await admin.ask(documents.ListProductDocument, { input: { sku: 'BOWL', name: 'Bowl', price } });
    await admin.ask(documents.ListProductDocument, {
      input: { sku: 'NOVEL', name: 'Novel', price, taxCategory: 'books' },
    });
  });

  async function filled() {
    const { cartId, shopper } = await new Shopper(service).open();
    for (const sku of ['BOWL', 'NOVEL']) {
      await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
    }
    const send = async (input: object) =>
      (
        await shopper.ask(documents.SetShippingAddressDocument, {
          input: { cartId, place, ...input },
        })
      ).setShippingAddress;
    const choose = async (code = 'SENT') =>
      (await shopper.ask(documents.ChooseShippingMethodDocument, { input: { cartId, code } }))
        .chooseShippingMethod;
    const leave = async (expectedTotal: number) =>
      (
        await shopper.ask(documents.CheckoutDocument, {
          input: { cartId, expectedTotal, email, paymentToken: 'tok_ok' },
        })
      ).checkout;
    return { cartId, shopper, send, choose, leave };
  }

  test('is taxed as soon as its country is known, each product by its category', async () => {
    const { cartId, shopper, send } = await filled();
    const { cart } = await send({});
    expect(cart?.totals).toMatchObject({
      ...{ total: { minorUnits: 2_400 }, tax: { minorUnits: 200 }, shipping: { minorUnits: 0 } },
    });
    const { revision: minRevision } = cart!;
    const shown = await shopper.ask(documents.CartDeliveryDocument, { cartId, minRevision });
    expect(shown.cart).toMatchObject({ shipTo: { country: 'GB', region: null }, giftNote: null });
    expect(cart?.totals.taxes).toMatchObject([
      { name: 'VAT', category: 'standard', included: true, taxable: { minorUnits: 1_200 } },
      { name: 'VAT', category: 'books', amount: { minorUnits: 0 } },
    ]);
    const abroad = await send({ place: { country: 'US', region: 'NY' } });
    expect(abroad.cart?.totals).toMatchObject({ total: { minorUnits: 2_880 } });
    expect(abroad.cart?.totals.because.at(-1)).toMatchObject({
      ...{ label: 'Sales tax 20 % on 24.00 GBP', amount: { minorUnits: 480 } },
    });
  });

  test('is ordered with its shipping, taxes, address and note, which its owner reads', async () => {
    const { cartId, shopper, send, choose, leave } = await filled();
    await send({ address, email });
    const { cart } = await choose();
    expect(cart?.totals).toMatchObject({
      ...{ total: { minorUnits: 2_890 }, tax: { minorUnits: 282 }, shipping: { minorUnits: 490 } },
    });
    await shopper.ask(documents.SetGiftNoteDocument, { input: { cartId, email, note } });
    expect((await leave(2_400)).rejection).toMatchObject({
      ...{ code: 'TOTAL_CHANGED', currentTotal: 2_890 },
    });
    const { order } = await leave(2_890);
    const orderId = order!.id;
    const told = {
      shipTo: { country: 'GB', region: null },
      shippingMethod: { code: 'SENT', name: 'Sent', price: { minorUnits: 490 } },
      shippingAddress: { ...address, phone: null },
      giftNote: note,
      ...{ tax: { minorUnits: 282 }, shipping: { minorUnits: 490 } },
    };
    expect((await shopper.ask(documents.OrderDeliveryDocument, { orderId })).order).toMatchObject(
      told,
    );
    expect((await admin.ask(documents.OrderDeliveryDocument, { orderId })).order).toMatchObject(
      told,
    );
    const inLog = await service.run('inspect', `order-${orderId}`, '--json');
    const ofCart = await service.run('inspect', `cart-${cartId}`, '--json');
    expect(inLog).toContain('"delivery"');
    expect(inLog + ofCart).not.toContain('Canary');
  });

  test('shows neither address nor note to support, who see the rest', async () => {
    const { cartId, shopper, send } = await filled();
    await send({ address, email });
    const input = { cartId, email, note };
    const { setGiftNote } = await shopper.ask(documents.SetGiftNoteDocument, { input });
    const minRevision = setGiftNote.cart!.revision;
    const own = await shopper.ask(documents.CartDeliveryDocument, { cartId, minRevision });
    expect(own.cart).toMatchObject({ giftNote: note, shippingAddress: { name: 'Ann Doe' } });
    const reason = { 'x-access-reason': 'ticket 7' };
    const support = await Shopper.signedIn(service, 'support', 'sue', reason);
    const seen = await support.ask(documents.CartDeliveryDocument, { cartId });
    expect(seen.cart).toMatchObject({
      ...{ shipTo: place, giftNote: null, shippingAddress: null },
    });
  });

  test('tells what stands in the way of its checkout, which says the same', async () => {
    const { cartId, shopper, send, choose, leave } = await filled();
    const problems = async (minRevision: number) =>
      (await shopper.ask(documents.CartProblemsDocument, { cartId, minRevision })).cart?.problems;
    const { cart } = await send({ address, email });
    const required = { code: 'SHIPPING_METHOD_REQUIRED', blocksCheckout: true };
    expect(await problems(cart!.revision)).toMatchObject([required]);
    expect((await leave(2_400)).rejection).toMatchObject({ code: required.code });
    expect((await choose('NONE')).rejection).toMatchObject({ code: 'SHIPPING_UNAVAILABLE' });
    await choose();
    const { cart: placed } = await send({});
    expect(await problems(placed!.revision)).toMatchObject([{ code: 'SHIPPING_ADDRESS_REQUIRED' }]);
    expect((await leave(2_890)).rejection).toMatchObject({ code: 'SHIPPING_ADDRESS_REQUIRED' });
  });

  test.each([
    ['dearer', 'FR', { ratePartsPerMillion: 300_000 }, 3_120],
    ['cheaper', 'ES', { ratePartsPerMillion: 100_000 }, 2_640],
    ['none', 'IT', { ratePartsPerMillion: 0 }, 2_400],
    ['in the prices', 'PT', { pricesIncludeTax: true }, 2_400],
    ['called otherwise', 'BE', { name: 'TVA' }, 2_880],
  ])('tells the total that its checkout takes when its taxes are %s', async (...row) => {
    const [, country, change, total] = row;
    await define({ country, pricesIncludeTax: false });
    const { cartId, shopper, send, leave } = await filled();
    const { cart } = await send({ place: { country } });
    const before = cart!.totals.total.minorUnits;
    await define({ country, pricesIncludeTax: false, ...change });
    const asked = await shopper.ask(documents.CartProblemsDocument, { cartId });
    expect(asked.cart?.problems).toMatchObject([
      { code: 'TAX_CHANGED', oldPrice: { minorUnits: before }, newPrice: { minorUnits: total } },
    ]);
    if (before !== total) {
      const { rejection } = await leave(before);
      expect(rejection).toMatchObject({ code: 'TOTAL_CHANGED', currentTotal: total });
    }
    expect((await leave(total)).order?.total.minorUnits).toBe(total);
  });

  test('is compared and explained, and supposed elsewhere', async () => {
    const { cartId, shopper, send, choose } = await filled();
    await send({});
    await choose();
    const { cartWhatIf } = await shopper.ask(documents.CartWhatIfShippedDocument, {
      ...{ cartId, shipTo: { country: 'US', region: 'NY' }, shippingMethod: 'SENT' },
    });
    // 20 % of 24.00 and of 4.90.
    expect(cartWhatIf.difference.minorUnits).toBe(578);
    const nowhere = await shopper.answer(documents.CartWhatIfShippedDocument, {
      ...{ cartId, shipTo: { country: 'FR' }, shippingMethod: 'SENT' },
    });
    expect(codeOf(nowhere)).toBe('BAD_USER_INPUT');
  });

  test('repeats a command, and takes its id for no other address', async () => {
    const { cartId, shopper } = await filled();
    const commandId = '7f3a1d40-5f7e-4bb2-9a43-0d6a1f0c7a11';
    const input = { cartId, place, email, commandId };
    const send = async (to: object) =>
      (
        await shopper.ask(documents.SetShippingAddressDocument, {
          input: { ...input, address: { ...address, ...to } },
        })
      ).setShippingAddress;
    const first = await send({});
    expect((await send({})).cart?.revision).toBe(first.cart?.revision);
    expect((await send({ city: 'Leeds' })).rejection).toMatchObject({ code: 'COMMAND_ID_REUSED' });
  });

  test.each([
    ['an unknown country', { place: { country: 'XX' } }],
    ['an address of nobody', { address }],
    ['five lines', { address: { ...address, lines: ['1', '2', '3', '4', '5'] }, email }],
    ['no line', { address: { ...address, lines: [] }, email }],
    ['a name of 101 characters', { address: { ...address, name: 'n'.repeat(101) }, email }],
    ['a town with a line break', { address: { ...address, city: 'A\nB' }, email }],
    ['direction marks', { address: { ...address, name: 'Ann \u202e' }, email }],
  ])('does not take %s', async (_what, change) => {
    const { cartId, shopper } = await new Shopper(service).open();
    const answer = await shopper.answer(documents.SetShippingAddressDocument, {
      input: { cartId, place, ...change },
    });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  });

  test.each([
    ['nothing', ' '],
    ['too much', 'n'.repeat(501)],
    ['a control character', 'bell \u0007'],
  ])('does not take a note of %s', async (_what, text) => {
    const { cartId, shopper } = await new Shopper(service).open();
    const input = { cartId, email, note: text };
    const answer = await shopper.answer(documents.SetGiftNoteDocument, { input });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  });

  test('belongs to its owner: to strangers it is not there', async () => {
    const { cartId } = await filled();
    const stranger = new Shopper(service);
    const input = { cartId, email };
    const answers = [
      (await stranger.ask(documents.SetShippingAddressDocument, { input: { cartId, place } }))
        .setShippingAddress,
      (
        await stranger.ask(documents.ChooseShippingMethodDocument, {
          input: { cartId, code: 'SENT' },
        })
      ).chooseShippingMethod,
      (await stranger.ask(documents.SetGiftNoteDocument, { input: { ...input, note } }))
        .setGiftNote,
      (await stranger.ask(documents.RemoveGiftNoteDocument, { input: { cartId } })).removeGiftNote,
    ];
    for (const { cart, rejection } of answers) {
      expect([cart, rejection?.code]).toEqual([null, 'NOT_FOUND']);
    }
  });

  test('forgets the address and the note of an erased person, and keeps its totals', async () => {
    const { cartId, shopper, send, choose, leave } = await filled();
    const gone = 'erased-giver@example.org';
    const lane = 'Erasure Lane 77';
    await send({ address: { ...address, lines: [lane] }, email: gone });
    await choose();
    await shopper.ask(documents.SetGiftNoteDocument, { input: { cartId, email: gone, note } });
    const { order } = await leave(2_890);
    const { dataDir } = service;
    expect((await filesWith(dataDir, ({ length }) => length > 0)).length).toBeGreaterThan(3);
    expect(await filesWith(dataDir, (content) => content.includes(lane))).toEqual([]);
    await admin.ask(documents.EraseCustomerDocument, { input: { email: gone } });
    const read = await shopper.ask(documents.OrderDeliveryDocument, { orderId: order!.id });
    expect(read.order).toMatchObject({
      ...{ shippingAddress: null, giftNote: null, shipTo: place, tax: { minorUnits: 282 } },
    });
  });
});
