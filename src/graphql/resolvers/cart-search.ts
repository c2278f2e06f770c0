// Support and admins find carts of which they do not know the id.
import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import type { ExistingCartState } from '../../domain/cart/state.js';
import type { WantedCarts } from '../../read-models/cart-search.js';
import { demand, demandStatedReason, recordLook } from '../access.js';
import { ShownCart } from '../cart-view.js';
import { connection } from '../connection.js';
import type { RequestContext } from '../context.js';
import { decodeCartPlace, encodeCartPlace } from '../cursors.js';
import * as rules from '../input-rules.js';
import { namedSku } from '../named-sku.js';
import { askedPage } from '../asked-page.js';
import { peopleOf } from '../people-of.js';
import { PageArguments } from '../types/page-arguments.js';
import { CartFilter } from '../types/cart-search-types.js';
import { CartConnection } from './customers-carts.js';

@Resolver()
export class CartSearch {
  @Query(() => CartConnection, {
    description:
      'Carts of everybody, the last changed first, for support and admins, with a reason. Each ' +
      'cart that is shown is put on record, as if it was asked for by its id',
  })
  async carts(
    @Ctx() context: RequestContext,
    @Args() pages: PageArguments,
    @Arg('filter', () => CartFilter, { nullable: true, description: 'Default: no filter' })
    filter?: CartFilter | null,
  ): Promise<CartConnection> {
    demand(context, 'carts:list');
    demandStatedReason(context);
    const range = askedPage(pages, (cursor) => {
      const { updatedAt, cartId } = decodeCartPlace(cursor);
      return { at: updatedAt, key: cartId };
    });
    const wanted = await wantedOf(filter ?? {}, context);
    const page = await context.services.reads.carts({ ...wanted, ...range });
    for (const { lines } of page.rows) context.budget.onCart(lines.length);
    await Promise.all(page.rows.map((cart) => recordLook(context, cart.id, cart)));
    return connection(
      page,
      (state) => shown(context, state),
      ({ id, updatedAt }) => encodeCartPlace({ cartId: id, updatedAt }),
    );
  }
}

async function wantedOf(
  filter: CartFilter,
  context: RequestContext,
): Promise<Omit<WantedCarts, 'size'>> {
  const { customerId, email, status, sku, coupon, changedFrom, changedBefore } = filter;
  return {
    customerId: customerId == null ? null : rules.textOf(customerId, 'customerId'),
    people: await peopleOf(context, email),
    status: status ?? null,
    sku: sku == null ? null : await namedSku(context, sku),
    coupon: coupon == null ? null : rules.couponCodeOf(coupon),
    changedFrom: changedFrom ?? null,
    changedBefore: changedBefore ?? null,
  };
}

function shown({ principal, services }: RequestContext, state: ExistingCartState): ShownCart {
  return new ShownCart(state, principal, services.time.now(), services.rulesInForce());
}
