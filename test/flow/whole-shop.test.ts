// A whole shop, on each site, over HTTP and websocket alone.
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  expectOrders,
  expectRevenue,
  expectSales,
  expectSound,
  expectStock,
  revenueOf,
} from './whole-shop/accounts.js';
import { askToCheckOut, caughtUp, fillCart } from './whole-shop/buying.js';
import { payments } from './whole-shop/payments.js';
import { races } from './whole-shop/races.js';
import { coupons, goods, ShopDay } from './whole-shop/shop-day.js';
import { onEverySite, Person, type Site } from './whole-shop/sites.js';

onEverySite({ ABANDON_CARTS_AFTER_SECONDS: '2' }, (site) => {
  describe('payments', () => payments(site));
  describe('two people at once', () => races(site));
  describe('a day', () => wholeDay(site));
});

function wholeDay(site: () => Site): void {
  let admin: Person;
  let guest: Person;
  beforeAll(async () => {
    admin = await Person.signedIn(site(), 'admin', 'boss');
    guest = Person.guest(site());
  });

  const skus = Object.values(goods).map(({ sku }) => sku);
  const codes = Object.values(coupons).map(({ code }) => code);

  test('ends with accounts that agree with all that people were told', async () => {
    await caughtUp(guest);
    const before = await revenueOf(admin);
    const day = await ShopDay.begin(site(), admin);
    await Promise.all([day.theSlow(), busy(day)]);
    const { ledger } = day;
    await countUses(day);
    await caughtUp(guest);
    await expectRevenue(admin, before, ledger);
    await expectOrders(admin, skus, ledger);
    await expectStock(admin, skus, ledger);
    await expectSales(admin, { skus, codes }, ledger);
    await expectSound(admin, site());
  }, 60_000);

  async function busy(day: ShopDay): Promise<void> {
    await day.guestBuys();
    await day.customerRetries();
    await day.customerLeaves();
    await day.lampsSellOut();
    await day.lastUse();
  }

  /** A limit of one more than the ledger has lets one more order through, and no second one. */
  async function countUses(day: ShopDay): Promise<void> {
    const { code } = coupons.tenth;
    const limit = day.ledger.usesOf(code) + 1;
    await day.define({ code, limit }, { percentageBasisPoints: 1_000 });
    const buyers = [await fillCart(guest, { [goods.card.sku]: 2 })];
    buyers.push(await fillCart(guest, { [goods.card.sku]: 2 }));
    for (const buyer of buyers) await day.apply(buyer, code);
    const total = 2 * goods.card.price * 0.9;
    await day.buys({ ...buyers[0]!, total }, 'tok_ok', code);
    const { rejection } = await askToCheckOut({ ...buyers[1]!, total }, { paymentToken: 'tok_ok' });
    expect(rejection?.code).toBe('COUPON_EXHAUSTED');
  }
}
