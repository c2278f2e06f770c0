// The cart as it was, and commands that are sent again, across a restart of the service.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import * as documents from '../../schema/generated/graphql.js';
import { onEveryEventLog } from './event-logs.js';
import type { ServiceProcess } from './service.js';
import { Shopper } from './shopper.js';

onEveryEventLog((start) => {
  let service: ServiceProcess;
  let guest: Shopper;
  const sku = '71053';

  beforeAll(async () => {
    service = await start();
    guest = new Shopper(service);
  });
  afterAll(() => service.remove());

  const instant = (ms: number) => new Date(ms).toISOString();

  test('cartAt shows the cart at each boundary and a millisecond before it', async () => {
    const { cartId, shopper } = await guest.open();
    for (const quantity of [1, 2]) {
      await shopper.ask(documents.AddItemDocument, { input: { cartId, sku, quantity } });
    }
    const { cartTimeline } = await shopper.ask(documents.CartTimelineDocument, { cartId });
    const happened = cartTimeline.edges.map(({ node }) => Date.parse(node.occurredAt));
    const revisionAt = async (at: number) => {
      const { cartAt } = await shopper.ask(documents.CartAtDocument, {
        cartId,
        timestamp: instant(at),
      });
      return cartAt?.revision ?? null;
    };
    const revisionsUpTo = (at: number) => {
      const last = happened.findLastIndex((each) => each <= at);
      return last < 0 ? null : last;
    };
    for (const at of happened.flatMap((each) => [each - 1, each])) {
      expect(await revisionAt(at)).toBe(revisionsUpTo(at));
    }
  });

  test('the future and the difference of two instants', async () => {
    const { cartId, shopper } = await guest.open();
    const future = await shopper.answer(documents.CartAtDocument, {
      cartId,
      timestamp: instant(Date.now() + 60_000),
    });
    expect(future.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const { addItem } = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku, quantity: 3 },
    });
    const { cartDiff } = await shopper.ask(documents.CartDiffDocument, {
      cartId,
      from: instant(0),
      to: addItem.cart!.updatedAt,
    });
    expect(cartDiff.from).toBeNull();
    expect(cartDiff.to?.revision).toBe(1);
    expect(cartDiff.changes).toContainEqual(
      expect.objectContaining({ path: `lines.${sku}.quantity`, before: null, after: '3' }),
    );
  });

  test('a repeated command answers as it did, even after a kill, and adds nothing', async () => {
    const opening = { currency: 'GBP', commandId: randomUUID() };
    const first = await guest.ask(documents.OpenCartDocument, { input: opening });
    const cartId = first.openCart.cart!.id;
    const shopper = guest.holding(first.openCart.cartToken!);
    const adding = { cartId, sku, quantity: 2, commandId: randomUUID() };
    const added = await shopper.ask(documents.AddItemDocument, { input: adding });
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku, quantity: 5 } });

    await service.kill();
    await service.restart();

    expect(await guest.ask(documents.OpenCartDocument, { input: opening })).toEqual(first);
    expect(await shopper.ask(documents.AddItemDocument, { input: adding })).toEqual(added);
    const other = await shopper.ask(documents.AddItemDocument, {
      input: { ...adding, quantity: 9 },
    });
    expect(other.addItem.rejection?.code).toBe('COMMAND_ID_REUSED');
    const { cartTimeline } = await shopper.ask(documents.CartTimelineDocument, { cartId });
    expect(cartTimeline.totalCount).toBe(3);
  });

  test('a stale expectedRevision conflicts and says where the cart is', async () => {
    const { cartId, shopper } = await guest.open();
    await shopper.ask(documents.AddItemDocument, { input: { cartId, sku } });
    const { addItem } = await shopper.ask(documents.AddItemDocument, {
      input: { cartId, sku, expectedRevision: 0 },
    });
    expect(addItem.rejection).toMatchObject({
      __typename: 'RevisionConflict',
      code: 'CONFLICT',
      currentRevision: 1,
    });
  });

  test('the read model is waited for, and not for ever', async () => {
    const { cartId, shopper } = await guest.open();
    const waited = await shopper.answer(documents.CartDocument, {
      cartId,
      minRevision: 5,
      timeoutMs: 50,
    });
    expect(waited.errors?.[0]?.extensions.code).toBe('NOT_CAUGHT_UP');
  });
});
