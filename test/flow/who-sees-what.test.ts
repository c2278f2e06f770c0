// Who may do and see what, by real tokens over real HTTP.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as documents from '../../schema/generated/graphql.js';
import { onEveryEventLog } from './event-logs.js';
import type { ServiceProcess } from './service.js';
import { Shopper, type Answer } from './shopper.js';

onEveryEventLog((start) => {
  let service: ServiceProcess;
  let guest: Shopper;
  let ann: Shopper;
  let ben: Shopper;
  let support: Shopper;
  let admin: Shopper;
  const sku = '71053';
  const absent = '00000000-0000-4000-8000-000000000000';

  beforeAll(async () => {
    service = await start();
    guest = new Shopper(service);
    const reason = { 'x-access-reason': 'ticket 7' };
    [ann, ben, support, admin] = await Promise.all([
      Shopper.signedIn(service, 'customer', 'ann'),
      Shopper.signedIn(service, 'customer', 'ben'),
      Shopper.signedIn(service, 'support', 'sue', reason),
      Shopper.signedIn(service, 'admin', 'boss'),
    ]);
  });
  afterAll(() => service.remove());

  const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code;
  const asIf = (answer: Answer<unknown>, cartId: string) =>
    JSON.stringify(answer).replaceAll(cartId, absent);

  test("somebody else's cart answers every question and command as an absent one does", async () => {
    const { cartId } = await ann.open();
    const another = await guest.open();
    for (const stranger of [guest, another.shopper, ben]) {
      const asked = (id: string) =>
        Promise.all([
          stranger.answer(documents.CartDocument, { cartId: id }),
          stranger.answer(documents.CartAtRevisionDocument, { cartId: id, revision: 0 }),
          stranger.answer(documents.CartTimelineDocument, { cartId: id }),
          stranger.answer(documents.AddItemDocument, { input: { cartId: id, sku } }),
          stranger.answer(documents.RemoveItemDocument, { input: { cartId: id, sku } }),
          stranger.answer(documents.CheckoutDocument, {
            input: { cartId: id, expectedTotal: 0, email: 'a@b.example', paymentToken: 'tok_ok' },
          }),
        ]);
      const [denied, missing] = await Promise.all([asked(cartId), asked(absent)]);
      expect(denied.map((each) => asIf(each, cartId))).toEqual(
        missing.map((each) => JSON.stringify(each)),
      );
    }
  });

  test('a customer keeps a cart across devices by signing in alone', async () => {
    const { cartId } = await ann.open();
    const { addItem } = await ann.ask(documents.AddItemDocument, { input: { cartId, sku } });
    expect(addItem.cart?.customerId).toBe('ann');
  });

  test('support sees the cart without who it is of, for a reason that is on record', async () => {
    const { cartId } = await ann.open();
    const { cart } = await support.ask(documents.CartDocument, { cartId });
    expect(cart).toMatchObject({ id: cartId, customerId: null });
    const { cartTimeline } = await support.ask(documents.CartTimelineDocument, { cartId });
    const opened = cartTimeline.edges[0]!.node;
    expect([opened.commandId, JSON.stringify(opened.data)]).toEqual([
      null,
      expect.not.stringContaining('ann'),
    ]);
    const touched = await support.answer(documents.AddItemDocument, { input: { cartId, sku } });
    expect(codeOf(touched)).toBe('FORBIDDEN');
    const unexplained = await Shopper.signedIn(service, 'support', 'sue');
    expect(codeOf(await unexplained.answer(documents.CartDocument, { cartId }))).toBe('FORBIDDEN');
    const record = await service.run('inspect', `access-${cartId}`, '--json');
    expect(record).toContain('ticket 7');
  });

  test('reports are for support and admins, and only admins change anything', async () => {
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', currency: 'GBP' };
    const period = { firstDay: '2026-01-01', lastDay: '2026-01-31' };
    const reports = (caller: Shopper) =>
      Promise.all([
        caller.answer(documents.RevenueReportDocument, range),
        caller.answer(documents.ProjectionsDocument, {}),
        caller.answer(documents.SalesByDayDocument, { period, currency: 'GBP' }),
        caller.answer(documents.CartFunnelDocument, { period }),
      ]);
    const changes = (caller: Shopper) =>
      Promise.all([
        caller.answer(documents.DelistProductDocument, { input: { sku } }),
        caller.answer(documents.WithdrawCouponDocument, { input: { code: 'FIVER' } }),
      ]);
    for (const caller of [guest, ann]) {
      expect(new Set((await reports(caller)).map(codeOf))).toEqual(new Set(['FORBIDDEN']));
    }
    for (const caller of [guest, ann, support]) {
      expect((await changes(caller)).map(codeOf)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    }
    expect(new Set((await reports(support)).map(codeOf))).toEqual(new Set([undefined]));
    const { projections } = await admin.ask(documents.ProjectionsDocument, {});
    expect(projections.length).toBeGreaterThan(0);
    expect(projections.filter(({ state }) => state === 'STOPPED')).toEqual([]);
  });

  test('the sixth wrong coupon code in a minute has to wait', async () => {
    const { cartId, shopper } = await guest.open();
    const codes: (string | undefined)[] = [];
    for (const code of ['NOPE1', 'EXPIRED2010', 'NOPE3', 'NOPE4', 'NOPE5', 'NOPE6']) {
      const { applyCoupon } = await shopper.ask(documents.ApplyCouponDocument, {
        input: { cartId, code },
      });
      codes.push(applyCoupon.rejection?.code);
    }
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'COUPON_INVALID'), 'RATE_LIMITED']);
  });
});
