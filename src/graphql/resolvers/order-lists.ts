// Lists of orders: a customer's own, and those that staff look for.
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { demand, demandReason, recordLook } from '../access.js';
import { connection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodeOrder, encodeOrder } from '../cursors.js';
import * as rules from '../input-rules.js';
import { namedSku } from '../named-sku.js';
import { shownOrder } from '../order-view.js';
import { isStaff } from '../policy.js';
import { askedPage } from '../asked-page.js';
import { peopleOf } from '../people-of.js';
import { PageArguments } from '../types/page-arguments.js';
import type { OrderState } from '../../domain/order/state.js';
import { OrderConnection, OrderFilter } from '../types/order-inputs.js';

@Resolver()
export class OrderLists {
  @Query(() => OrderConnection, {
    description:
      "Orders, the newest first: a customer's own, or for support and admins those of everybody. " +
      'A guest finds an order by Cart.order. Each order that staff are shown is put on record.',
  })
  async orders(
    @Ctx() context: RequestContext,
    @Args() pages: PageArguments,
    @Arg('filter', () => OrderFilter, { nullable: true, description: 'Default: no filter' })
    filter?: OrderFilter | null,
  ): Promise<OrderConnection> {
    demand(context, 'orders:list');
    demandReason(context);
    const range = askedPage(pages, decodeOrder);
    const wanted = await wantedOf(filter ?? {}, context);
    const page = await context.services.reads.orders({ ...wanted, ...range });
    await recordLooks(context, page.rows);
    return connection(page, shownOrder, ({ placedAt, id }: OrderState) =>
      encodeOrder({ at: placedAt, key: id ?? '' }),
    );
  }
}

async function recordLooks(context: RequestContext, orders: readonly OrderState[]): Promise<void> {
  if (!isStaff(context.principal)) return;
  const owner = (customerId: string | null) => ({ customerId, tokenHash: null });
  await Promise.all(
    orders.map(({ cartId, customerId }) => recordLook(context, cartId, owner(customerId))),
  );
}

async function wantedOf(filter: OrderFilter, context: RequestContext) {
  const { principal } = context;
  const { sku, coupon, status, placedFrom, placedBefore } = filter;
  // Whatever a customer asks for, only their own orders are searched.
  const ownId = principal.kind === 'customer' ? (principal.subject ?? '') : null;
  const asked = filter.customerId == null ? null : rules.textOf(filter.customerId, 'customerId');
  return {
    customerId: ownId ?? asked,
    contactKeys: (await peopleOf(context, filter.email))?.keyIds ?? null,
    status: status ?? null,
    sku: sku == null ? null : await namedSku(context, sku),
    coupon: coupon == null ? null : rules.couponCodeOf(coupon),
    placedFrom: placedFrom ?? null,
    placedBefore: placedBefore ?? null,
  };
}
